// SPDX-License-Identifier: MIT
#include "driver/deflated_block.h"

#include <bit>
#include <charconv>
#include <memory>
#include <string_view>

#include "cube/buffer_memory.h"
#include "driver/vsi_file.h"
#include "kernels/predictor.h"
#include "stac/vsi_path.h"

#if defined(STACVRT_HAVE_LIBDEFLATE)
#include <libdeflate.h>
#endif

namespace stacvrt::driver {

#if defined(STACVRT_HAVE_LIBDEFLATE)

namespace {

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};

bool says(GDALMajorObject& object, const char* name, std::string_view value) {
  const char* const text = object.GetMetadataItem(name, "IMAGE_STRUCTURE");
  return text && value == text;
}

// A number that GDAL tells of a block; 0 for a block that is not in the file.
vsi_l_offset number_of(GDALRasterBand& band, const char* what, int x, int y) {
  const std::string name = std::string(what) + "_" + std::to_string(x) + "_" + std::to_string(y);
  const char* const text = band.GetMetadataItem(name.c_str(), "TIFF");
  vsi_l_offset number = 0;
  if (text) std::from_chars(text, text + std::char_traits<char>::length(text), number);
  return number;
}

bool is_little_endian(VSILFILE* file) {
  char mark[2] = {};
  return VSIFReadL(mark, 1, sizeof mark, file) == sizeof mark && mark[0] == 'I' && mark[1] == 'I';
}

}  // namespace

bool may_be_deflated(const HandlePool::Handle& handle, GDALRasterBand& band) {
  if constexpr (std::endian::native != std::endian::little) return false;
  const GDALDataType type = band.GetRasterDataType();
  if (!band.GetDataset()) return false;
  GDALDataset& dataset = *band.GetDataset();  // of an overview its own, which says how that is coded
  if (&dataset != handle.dataset.get() && has_overview_file(*handle.dataset)) return false;
  return (type == GDT_UInt16 || type == GDT_Int16) && !stac::is_vsi(handle.path) && dataset.GetRasterCount() == 1 &&
         handle.dataset->GetDriver() && EQUAL(handle.dataset->GetDriver()->GetDescription(), "GTiff") &&
         says(dataset, "COMPRESSION", "DEFLATE") && says(dataset, "PREDICTOR", "2") &&
         !band.GetMetadataItem("NBITS", "IMAGE_STRUCTURE");
}

bool read_deflated(const HandlePool::Handle& handle, GDALRasterBand& band, int x, int y, std::size_t width,
                   std::size_t height, std::uint16_t* to) {
  const vsi_l_offset offset = number_of(band, "BLOCK_OFFSET", x, y), size = number_of(band, "BLOCK_SIZE", x, y);
  const std::size_t bytes = width * height * sizeof *to;
  if (offset == 0 || size == 0 || size > 2 * bytes + 1024) return false;
  const VsiFile file = open_to_read(handle.path);
  if (!file || raster_stamp(handle.path) != handle.stamp || !is_little_endian(file.get())) return false;
  cube::Bytes compressed(static_cast<std::size_t>(size));
  if (VSIFSeekL(file.get(), offset, SEEK_SET) != 0 ||
      VSIFReadL(compressed.data(), 1, compressed.size(), file.get()) != compressed.size())
    return false;
  const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor(libdeflate_alloc_decompressor());
  if (!decompressor || libdeflate_zlib_decompress(decompressor.get(), compressed.data(), compressed.size(), to, bytes,
                                                  nullptr) != LIBDEFLATE_SUCCESS)
    return false;
  kernels::accumulate_rows(to, width, height);
  return true;
}

#else

bool may_be_deflated(const HandlePool::Handle&, GDALRasterBand&) {
  return false;
}

bool read_deflated(const HandlePool::Handle&, GDALRasterBand&, int, int, std::size_t, std::size_t, std::uint16_t*) {
  return false;
}

#endif

}  // namespace stacvrt::driver
