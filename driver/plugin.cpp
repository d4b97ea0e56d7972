// SPDX-License-Identifier: MIT
// Entry point of the plugin: driver metadata, Identify, Open. No work happens before GDAL calls it.
#include "driver/dataset.h"
#include "driver/dataset_name.h"
#include "driver/gdal_compat.h"
#include "driver/guard.h"
#include "driver/identify.h"
#include "driver/open_option_list.h"
#include "driver/process.h"

namespace stacvrt::driver {

namespace {

GDALDataset* open(GDALOpenInfo* info) {
  if (!identify(info)) return nullptr;
  return guarded(static_cast<GDALDataset*>(nullptr), [&]() -> GDALDataset* {
    if (info->eAccess == GA_Update)
      throw Error(ErrorCode::kUnsupported, "a recipe is computed and cannot be opened for update");
    Opened opened = open_description(info->pszFilename, option_list(info->papszOpenOptions));
    return std::make_unique<StacvrtDataset>(std::move(opened), info->pszFilename).release();
  });
}

// GDAL's default would delete every file of GetFileList, the imagery included.
CPLErr delete_recipe(const char* name) {
  return guarded(CE_Failure, [&] {
    if (has_prefix(name) || !ends_with_suffix(name))
      throw Error(ErrorCode::kRefused,
                  std::string("only a recipe file (*.stacvrt) can be deleted, and only itself: ") + name);
    if (VSIUnlink(name) != 0) throw Error(ErrorCode::kIo, std::string("cannot delete ") + name);
    return CE_None;
  });
}

void unload(GDALDriver*) {
  guarded(0, [] {
    Process::shut_down();
    return 0;
  });
}

std::unique_ptr<GDALDriver> make_driver() {
  auto driver = std::make_unique<GDALDriver>();
  driver->SetDescription("STACVRT");
  driver->SetMetadataItem(GDAL_DCAP_RASTER, "YES");
  driver->SetMetadataItem(GDAL_DCAP_VIRTUALIO, "YES");
  driver->SetMetadataItem(GDAL_DMD_LONGNAME, "STAC Virtual Raster Composites");
  driver->SetMetadataItem(GDAL_DMD_HELPTOPIC, "drivers/raster/stacvrt.html");
  driver->SetMetadataItem(GDAL_DMD_EXTENSIONS, "stacvrt");
  driver->SetMetadataItem(GDAL_DMD_EXTENSION, "stacvrt");
  driver->SetMetadataItem(GDAL_DMD_CONNECTION_PREFIX, "STACVRT:");
  driver->SetMetadataItem(GDAL_DMD_SUBDATASETS, "YES");
  driver->SetMetadataItem(GDAL_DMD_OPENOPTIONLIST, open_option_list());
  driver->pfnIdentify = identify;
  driver->pfnOpen = open;
  driver->pfnDelete = delete_recipe;
  driver->pfnUnloadDriver = unload;
  return driver;
}

}  // namespace

}  // namespace stacvrt::driver

extern "C" __attribute__((visibility("default"))) void GDALRegister_STACVRT();

void GDALRegister_STACVRT() {
  if (!GDAL_CHECK_VERSION("STACVRT") || GDALGetDriverByName("STACVRT")) return;
  stacvrt::driver::guarded(0, [] {
    GetGDALDriverManager()->RegisterDriver(stacvrt::driver::make_driver().release());
    return 0;
  });
}
