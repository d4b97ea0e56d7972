// SPDX-License-Identifier: MIT
#include "stac/crs_name.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace stacvrt::stac {
namespace {

struct CodeRange {
  int first;
  int last;
};

// Geographic 2D and northing-first projected CRSs of the EPSG dataset v10.076; gaps hold codes of neither kind.
constexpr std::array<CodeRange, 111> kGeographic{
    {{3819, 3824}, {3889, 3889}, {3906, 3906}, {4001, 4025}, {4027, 4036}, {4041, 4047}, {4052, 4055},  {4075, 4081},
     {4120, 4216}, {4218, 4326}, {4463, 4463}, {4470, 4470}, {4475, 4483}, {4490, 4490}, {4555, 4558},  {4600, 4646},
     {4657, 4765}, {4801, 4811}, {4813, 4821}, {4823, 4824}, {4901, 5013}, {5132, 5132}, {5228, 5233},  {5246, 5246},
     {5252, 5252}, {5264, 5264}, {5324, 5324}, {5340, 5340}, {5354, 5354}, {5360, 5360}, {5365, 5365},  {5371, 5381},
     {5393, 5393}, {5451, 5451}, {5464, 5464}, {5467, 5467}, {5489, 5489}, {5524, 5527}, {5546, 5546},  {5561, 5561},
     {5593, 5593}, {5681, 5681}, {5886, 5886}, {6135, 6135}, {6207, 6207}, {6311, 6311}, {6318, 6325},  {6365, 6365},
     {6668, 6668}, {6706, 6706}, {6783, 6783}, {6881, 6883}, {6892, 6894}, {6980, 6983}, {6987, 6990},  {7035, 7041},
     {7073, 7073}, {7084, 7088}, {7133, 7139}, {7373, 7373}, {7683, 7686}, {7798, 7798}, {7844, 7844},  {7881, 7881},
     {7886, 7886}, {8042, 8043}, {8086, 8086}, {8232, 8255}, {8351, 8351}, {8427, 8431}, {8449, 8449},  {8545, 8545},
     {8685, 8685}, {8694, 8818}, {8860, 8902}, {8907, 8907}, {8949, 8949}, {8972, 9019}, {9053, 9140},  {9148, 9148},
     {9153, 9153}, {9184, 9184}, {9248, 9248}, {9251, 9251}, {9253, 9253}, {9294, 9294}, {9299, 9299},  {9309, 9309},
     {9333, 9333}, {9364, 9364}, {9372, 9372}, {9380, 9384}, {9403, 9403}, {9453, 9453}, {9470, 9470},  {9474, 9475},
     {9547, 9547}, {9696, 9696}, {9702, 9702}, {9739, 9739}, {9755, 9758}, {9763, 9763}, {9777, 9784},  {9866, 9866},
     {9871, 9871}, {9939, 9939}, {9964, 9964}, {9969, 9969}, {9974, 9974}, {9990, 9990}, {20033, 20041}}};
constexpr std::array<CodeRange, 112> kNorthingFirst{
    {{2036, 2036},   {2044, 2045},   {2081, 2083},   {2085, 2086},   {2091, 2093},   {2096, 2098},   {2105, 2132},
     {2166, 2180},   {2193, 2193},   {2199, 2200},   {2206, 2212},   {2218, 2218},   {2221, 2221},   {2296, 2307},
     {2319, 2549},   {2551, 2735},   {2738, 2758},   {2935, 2941},   {2953, 2953},   {3006, 3030},   {3034, 3035},
     {3038, 3051},   {3058, 3059},   {3068, 3068},   {3114, 3118},   {3120, 3120},   {3126, 3140},   {3144, 3147},
     {3150, 3152},   {3173, 3173},   {3300, 3301},   {3328, 3335},   {3346, 3346},   {3350, 3352},   {3366, 3366},
     {3386, 3390},   {3396, 3399},   {3407, 3407},   {3414, 3414},   {3416, 3416},   {3764, 3764},   {3788, 3793},
     {3795, 3796},   {3833, 3854},   {3873, 3885},   {3907, 3911},   {4026, 4026},   {4037, 4038},   {4417, 4417},
     {4434, 4434},   {4491, 4554},   {4568, 4589},   {4652, 4656},   {4766, 4800},   {4812, 4812},   {4822, 4822},
     {4839, 4880},   {5048, 5048},   {5105, 5130},   {5167, 5188},   {5253, 5259},   {5269, 5275},   {5343, 5349},
     {5367, 5367},   {5479, 5481},   {5518, 5520},   {5562, 5588},   {5632, 5639},   {5651, 5653},   {6244, 6275},
     {6362, 6362},   {6372, 6387},   {6669, 6687},   {6707, 6709},   {6870, 6876},   {6962, 6962},   {7799, 7801},
     {7825, 7831},   {8433, 8441},   {9039, 9040},   {9221, 9222},   {9249, 9250},   {9252, 9252},   {9254, 9254},
     {9271, 9285},   {9377, 9377},   {9498, 9498},   {9821, 9821},   {9831, 9841},   {9851, 9865},   {9895, 9895},
     {20004, 20032}, {20064, 20092}, {20904, 20932}, {21004, 21032}, {21207, 21264}, {21307, 21483}, {21896, 21899},
     {22171, 22197}, {22240, 22240}, {25884, 25884}, {27205, 27232}, {27391, 27398}, {27492, 27492}, {28402, 28492},
     {29701, 29702}, {30161, 30179}, {30800, 30800}, {31251, 31259}, {31275, 31290}, {31466, 31469}, {31700, 31700}}};

template <std::size_t N>
bool holds(const std::array<CodeRange, N>& ranges, int code) {
  return std::any_of(ranges.begin(), ranges.end(), [code](CodeRange r) { return code >= r.first && code <= r.last; });
}

std::optional<int> epsg_code(const Crs& crs) {
  constexpr std::string_view kPrefix = "EPSG:";
  if (!crs.text.starts_with(kPrefix)) return std::nullopt;
  const char* const begin = crs.text.data() + kPrefix.size();
  const char* const end = crs.text.data() + crs.text.size();
  int code = 0;
  const auto [stop, problem] = std::from_chars(begin, end, code);
  return problem == std::errc() && stop == end ? std::optional(code) : std::nullopt;
}

/// "authority<separator>version<separator>code" to "authority:code"; the version may be empty.
std::string authority_and_code(std::string_view text, char separator) {
  const std::size_t first = text.find(separator);
  const std::size_t last = text.rfind(separator);
  if (first == std::string_view::npos || first == 0 || last + 1 == text.size()) return {};
  return std::string(text.substr(0, first)) + ":" + std::string(text.substr(last + 1));
}

}  // namespace

Crs named_crs(std::string_view text) {
  constexpr std::string_view kUrn = "urn:ogc:def:crs:";
  if (text.starts_with(kUrn)) {
    const std::string name = authority_and_code(text.substr(kUrn.size()), ':');
    return {name.empty() ? std::string(text) : name};
  }
  for (const std::string_view uri : {"http://www.opengis.net/def/crs/", "https://www.opengis.net/def/crs/"}) {
    if (!text.starts_with(uri)) continue;
    const std::string name = authority_and_code(text.substr(uri.size()), '/');
    return {name.empty() ? std::string(text) : name};
  }
  const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
  return {std::string(bracketed ? text.substr(1, text.size() - 2) : text)};
}

bool is_geographic(const Crs& crs) {
  if (const auto code = epsg_code(crs)) return holds(kGeographic, *code);
  for (const std::string_view start : {"OGC:CRS84", "OGC:CRS83", "OGC:CRS27", "GEOGCS[", "GEOGCRS[", "GEODCRS["})
    if (crs.text.starts_with(start)) return true;
  return crs.text.starts_with("{") && crs.text.find("\"GeographicCRS\"") != std::string::npos &&
         crs.text.find("\"ProjectedCRS\"") == std::string::npos;
}

bool is_northing_first(const Crs& crs) {
  const auto code = epsg_code(crs);
  return code && (holds(kGeographic, *code) || holds(kNorthingFirst, *code));
}

}  // namespace stacvrt::stac
