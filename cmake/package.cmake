# Packages: `cpack` makes a .deb and a .tgz with the plugin where GDAL looks for it.
set(CPACK_GENERATOR DEB TGZ)
