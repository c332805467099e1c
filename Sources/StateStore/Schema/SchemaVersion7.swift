/// No table changes: the journal may hold the ends `postponed` and `notNeeded` from here on, which an older program takes for damage.
let schemaVersion7 = "UPDATE identity SET id = id"
