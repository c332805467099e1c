#include <libxml/xmlversion.h>
// Debian's libxml2 brings the system's ICU into its headers, whose types are others than those of Swift's own ICU: nothing here needs them,
// and a program that imports Foundation as well does not compile with both.
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <libxml/xmlerror.h>
