#include <zlib.h>

/* inflateInit2 is a macro, which Swift does not see; 16 + MAX_WBITS reads gzip members and checks their sums. */
static inline int czlib_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 16 + MAX_WBITS); }
