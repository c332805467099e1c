/// What column generation sees of a problem: items alike become one size class, hosts alike one host type, groups are left out.
///
/// Every executable plan ends in contents that this model allows, at a weight not below theirs, so that its bounds hold for all plans:
/// - an item that ends on a host where it may not stay, or did not start, arrives there and weighs at least the passage to that host;
/// - of `n` items of a class on a host where `stay` of them may stay at least `n - stay` arrived, each with what its arrival takes for good;
/// - a host that is not relieved and takes nothing keeps what stays, however full; what it takes must fit (see `ColumnModelBuilder.room`).
struct ColumnModel {
  /// What one more item of a class is on hosts of one profile.
  struct Arrival {
    var sizeClass: Int
    var weight: Int
    /// Demand and what arriving takes, by resource.
    var need: [Int]
  }

  /// Items of one class on a host.
  struct Amount: Hashable {
    var sizeClass: Int
    var count: Int
  }

  struct HostType {
    /// Index in `arrivals`.
    var profile: Int
    /// By resource, for items; may be more than there is where the model does not know better.
    var room: [Int]
    /// Items that may stay, by class, ascending.
    var stay: [Amount]
    /// False: it may only keep what stays.
    var takes: Bool
    /// It may keep all that stays even if that does not fit.
    var mayStayOver: Bool
    var hosts: [Int]
  }

  var resourceCount = 0
  /// `sizeClass * resourceCount + resource`
  var demand: [Int] = []
  /// Items of each class.
  var counts: [Int] = []
  /// By profile; one entry a class.
  var arrivals: [[Arrival]] = []
  var types: [HostType] = []
  /// By class of the problem; -1: none of its items is to be placed.
  var sizeClassOfClass: [Int] = []
  /// By item; -1: it has only one possible end and is charged as a part of the host.
  var sizeClassOf: [Int] = []
  /// By item; -1: it is to be placed.
  var fixedEnd: [Int] = []
  /// Summed weight of what can only move.
  var fixedWeight = 0
  /// No placement exists, whatever is moved: an item without any end, or a host that cannot be relieved.
  var isStuck = false

  var classCount: Int { counts.count }

  /// Items of each class that have no place to stay: what arrivals must make up for.
  func forced() -> [Int] {
    var forced = counts
    for type in types { for amount in type.stay { forced[amount.sizeClass] -= amount.count * type.hosts.count } }
    return forced
  }
}
