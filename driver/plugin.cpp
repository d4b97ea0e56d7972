// SPDX-License-Identifier: MIT
// Entry point of the plugin: driver metadata, Identify, Open. No work happens before GDAL calls it.
#include <filesystem>

#include "driver/dataset.h"
#include "driver/dataset_name.h"
#include "driver/document.h"
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

std::string folder_of(const char* name) {
  const std::string folder = std::filesystem::path(name).parent_path().generic_string();
  return document_location(folder.empty() ? "." : folder);
}

// Also here GDAL's defaults would move and copy the imagery.
void check_transfer(const char* to, const char* from, const char* done) {
  if (has_prefix(from) || !ends_with_suffix(from) || !ends_with_suffix(to))
    throw Error(ErrorCode::kRefused,
                std::string("only a recipe file (*.stacvrt) can be ") + done + ", to one of that suffix: " + from);
  if (document_exists(to)) throw Error(ErrorCode::kRefused, std::string("there is a file already: ") + to);
  if (folder_of(to) != folder_of(from))
    throw Error(ErrorCode::kRefused, std::string("a recipe can be ") + done +
                                         " within its folder only, because its relative paths begin there: " + to);
}

CPLErr rename_recipe(const char* to, const char* from) {
  return guarded(CE_Failure, [&] {
    check_transfer(to, from, "renamed");
    if (VSIRename(from, to) != 0) throw Error(ErrorCode::kIo, std::string("cannot rename ") + from + " to " + to);
    return CE_None;
  });
}

CPLErr copy_recipe(const char* to, const char* from) {
  return guarded(CE_Failure, [&] {
    check_transfer(to, from, "copied");
    if (CPLCopyFile(to, from) != 0) throw Error(ErrorCode::kIo, std::string("cannot copy ") + from + " to " + to);
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
  driver->pfnRename = rename_recipe;
  driver->pfnCopyFiles = copy_recipe;
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
