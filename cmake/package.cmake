# Where `cmake --install` and the packages put things. GDAL looks for plugins in `gdalplugins` beside its own library, so
# the default prefix is GDAL's, not /usr/local: a plugin there would never be found.
get_target_property(_gdal_library GDAL::GDAL LOCATION)
get_filename_component(_gdal_library "${_gdal_library}" REALPATH)
get_filename_component(_gdal_libdir "${_gdal_library}" DIRECTORY)
pkg_get_variable(_gdal_prefix gdal prefix)
if(NOT _gdal_prefix)
  set(_gdal_prefix /usr)
endif()
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX "${_gdal_prefix}" CACHE PATH "Install prefix; GDAL's own, so that it finds the plugin" FORCE)
endif()
# /lib is a link to /usr/lib on some systems: the loader's name for the library may lack the prefix.
if(NOT _gdal_libdir MATCHES "^${_gdal_prefix}/")
  set(_gdal_libdir "${_gdal_prefix}${_gdal_libdir}")
endif()
file(RELATIVE_PATH _gdal_libdir "${_gdal_prefix}" "${_gdal_libdir}")
set(STACVRT_PLUGIN_INSTALL_DIR "${_gdal_libdir}/gdalplugins" CACHE STRING
    "Folder of the plugin, relative to the install prefix")

set(_name gdal-plugin-stacvrt)
install(TARGETS gdal_STACVRT LIBRARY DESTINATION "${STACVRT_PLUGIN_INSTALL_DIR}" COMPONENT runtime)
# Presets are inside the plugin; what people open in an editor lies in share.
install(DIRECTORY data/ DESTINATION share/stacvrt COMPONENT runtime
        FILES_MATCHING PATTERN "*.json" PATTERN "*.stacvrt" PATTERN "__pycache__" EXCLUDE)
install(FILES README.md HACKING.md CHANGELOG.md DESTINATION share/doc/${_name} COMPONENT runtime)
install(FILES LICENSE DESTINATION share/doc/${_name} RENAME copyright COMPONENT runtime)

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME ${_name})
set(CPACK_PACKAGE_VENDOR "STACVRT developers")
set(CPACK_PACKAGE_CONTACT "STACVRT developers <stacvrt@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "GDAL driver that computes composites of STAC imagery on demand")
set(CPACK_PACKAGE_DESCRIPTION
    "Opens STAC metadata as a virtual raster and computes cloud-masked composites (median, percentiles, geometric median,
 median absolute deviations, counts) when a block is read. Every program that uses GDAL can open it.")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGING_INSTALL_PREFIX "${_gdal_prefix}")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL runtime)
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS gdal-bin)
include(CPack)
