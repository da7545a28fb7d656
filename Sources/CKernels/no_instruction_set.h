// Ends one inclusion of a family's source.
#undef CK_SUFFIX
#undef CK_LANES
#undef CK_ROWS
#undef CK_TILE_VECTORS
#undef CK_VECTOR
