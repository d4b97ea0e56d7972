// SPDX-License-Identifier: MIT
#include "driver/geoparquet.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

#include "driver/document.h"
#include "driver/task_scope.h"
#include "stac/json.h"

namespace stacvrt::driver {

namespace {

using stac::Json;
using Path = std::vector<std::string>;

bool is_of_item(const std::string& column) {
  constexpr std::array<const char*, 9> kMembers{"type",   "stac_version", "stac_extensions", "id", "bbox", "links",
                                                "assets", "collection",   "asset_templates"};
  return std::find(kMembers.begin(), kMembers.end(), column) != kMembers.end();
}

// Where the column of that name belongs in an item.
Path path_of(const std::string& column) {
  Path path;
  for (std::size_t begin = 0; begin <= column.size();) {
    const std::size_t end = std::min(column.find('.', begin), column.size());
    path.push_back(column.substr(begin, end - begin));
    begin = end + 1;
  }
  if (!is_of_item(path.front())) path.insert(path.begin(), "properties");
  return path;
}

std::string time_text(const OGRFeature& row, int field) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, zone = 0;
  float second = 0;
  row.GetFieldAsDateTime(field, &year, &month, &day, &hour, &minute, &second, &zone);
  // Cut off, not rounded: there is no second 60.
  const int milliseconds = static_cast<int>(double(second) * 1000);
  std::string text = CPLSPrintf("%04d-%02d-%02dT%02d:%02d:%02d.%03d", year, month, day, hour, minute,
                                milliseconds / 1000, milliseconds % 1000);
  constexpr int kUtc = 100;  // a quarter of an hour per step; 0 and 1 do not know
  const int minutes = zone > 1 ? (zone - kUtc) * 15 : 0;
  if (minutes == 0) return text + "Z";
  return text + CPLSPrintf("%c%02d:%02d", minutes < 0 ? '-' : '+', std::abs(minutes) / 60, std::abs(minutes) % 60);
}

template <class T>
Json list(const T* values, int count) {
  Json json = Json::array();
  for (int i = 0; i < count; ++i) json.push_back(values[i]);
  return json;
}

Json value_of(OGRFeature& row, int field, const std::string& shown) {
  const OGRFieldDefn& column = *row.GetFieldDefnRef(field);
  int count = 0;
  switch (column.GetType()) {
    case OFTInteger:
      if (column.GetSubType() == OFSTBoolean) return row.GetFieldAsInteger(field) != 0;
      return row.GetFieldAsInteger(field);
    case OFTInteger64:
      return static_cast<std::int64_t>(row.GetFieldAsInteger64(field));
    case OFTReal:
      return row.GetFieldAsDouble(field);
    case OFTDate:
    case OFTDateTime:
      return time_text(row, field);
    case OFTIntegerList: {
      const int* const values = row.GetFieldAsIntegerList(field, &count);
      return list(values, count);
    }
    case OFTInteger64List: {
      const GIntBig* const values = row.GetFieldAsInteger64List(field, &count);
      return list(values, count);
    }
    case OFTRealList: {
      const double* const values = row.GetFieldAsDoubleList(field, &count);
      return list(values, count);
    }
    case OFTStringList: {
      char** const values = row.GetFieldAsStringList(field);
      return list(values, CSLCount(values));
    }
    default:
      break;
  }
  const std::string text = row.GetFieldAsString(field);
  // Lists of structures come as JSON.
  if (column.GetSubType() == OFSTJSON) return stac::parse_json(text, shown + ", column " + column.GetNameRef());
  return text;
}

void put(Json& item, const Path& path, Json value) {
  Json* place = &item;
  for (const std::string& name : path) place = &(*place)[name];
  *place = std::move(value);
}

// A box comes as a structure of four or six numbers.
void order_bbox(Json& item) {
  if (!item.contains("bbox") || !item["bbox"].is_object()) return;
  const Json box = std::move(item["bbox"]);
  Json numbers = Json::array();
  for (const char* name : {"xmin", "ymin", "zmin", "xmax", "ymax", "zmax"})
    if (box.contains(name)) numbers.push_back(box[name]);
  item["bbox"] = std::move(numbers);
}

Json geometry_of(const OGRFeature& row) {
  const OGRGeometry* const geometry = row.GetGeometryRef();
  if (!geometry) return nullptr;
  const std::unique_ptr<char, decltype(&VSIFree)> text(geometry->exportToJson(), VSIFree);
  return text ? Json::parse(text.get(), nullptr, false) : Json();
}

}  // namespace

bool is_geoparquet_name(std::string_view name) {
  const std::string text(name);
  return EQUAL(CPLGetExtension(text.c_str()), "parquet") || EQUAL(CPLGetExtension(text.c_str()), "geoparquet");
}

std::string items_of_layer(OGRLayer& layer, const std::string& shown, const Where& where) {
  std::vector<Path> paths;
  const OGRFeatureDefn& columns = *layer.GetLayerDefn();
  for (int i = 0; i < columns.GetFieldCount(); ++i) paths.push_back(path_of(columns.GetFieldDefn(i)->GetNameRef()));
  std::string lines;
  GIntBig rows = 0;
  CPLErrorReset();
  for (const OGRFeatureUniquePtr& row : layer) {
    ++rows;
    Json item{{"type", "Feature"}, {"properties", Json::object()}};
    for (int i = 0; i < columns.GetFieldCount(); ++i)
      if (row->IsFieldSetAndNotNull(i)) put(item, paths[static_cast<std::size_t>(i)], value_of(*row, i, shown));
    order_bbox(item);
    item["geometry"] = geometry_of(*row);
    lines += item.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    if (lines.size() > kMaxDocumentBytes)
      throw Error(ErrorCode::kTooLarge, "the items of '" + shown + "' are larger than 1 GB as JSON", where);
  }
  // A table that cannot be read on looks like one that ends.
  const GIntBig expected = layer.GetFeatureCount(FALSE);
  if (CPLGetLastErrorType() == CE_Failure || (expected >= 0 && rows != expected))
    throw Error(ErrorCode::kIo,
                "'" + shown + "' cannot be read to its end: " + last_gdal_error("after row " + std::to_string(rows)),
                where);
  return lines;
}

std::string read_geoparquet(const std::string& path, const Where& where) {
  if (!GDALGetDriverByName("Parquet"))
    throw Error(
        ErrorCode::kUnsupported,
        "'" + path + "' is GeoParquet, and this GDAL (" + GDALVersionInfo("RELEASE_NAME") +
            ") has no Parquet driver; use a GDAL that has it (ogrinfo --formats lists it), or convert the table " +
            "to newline-delimited items",
        where);
  const std::array<const char*, 2> drivers{"Parquet", nullptr};
  const CPLErrorHandlerPusher quiet(CPLQuietErrorHandler);
  CPLErrorReset();
  const GDALDatasetUniquePtr table(GDALDataset::Open(path.c_str(), GDAL_OF_VECTOR, drivers.data()));
  OGRLayer* const layer = table ? table->GetLayer(0) : nullptr;
  if (!layer)
    throw Error(ErrorCode::kIo, "'" + path + "' cannot be read as GeoParquet: " + last_gdal_error("no reason given"),
                where);
  return items_of_layer(*layer, path, where);
}

}  // namespace stacvrt::driver
