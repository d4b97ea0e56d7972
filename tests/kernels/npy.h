// SPDX-License-Identifier: MIT
// Reads NumPy's .npy files of the oracle: little-endian float32 or float64, C order, format version 1. Nothing else.
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <functional>
#include <numeric>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace stacvrt::test {

struct Npy {
  std::vector<std::size_t> shape;
  std::vector<double> values;  ///< row-major, last axis fastest; float32 widened
};

namespace npy_detail {

inline std::string value_of(const std::string& header, const std::string& key) {
  const auto at = header.find("'" + key + "':");
  if (at == std::string::npos) throw std::runtime_error("npy header lacks " + key + ": " + header);
  return header.substr(at + key.size() + 3);
}

inline std::vector<std::size_t> parse_shape(const std::string& text) {
  std::istringstream stream(text.substr(text.find('(') + 1, text.find(')') - text.find('(') - 1));
  std::vector<std::size_t> shape;
  for (std::string part; std::getline(stream, part, ',');) {
    if (part.find_first_of("0123456789") != std::string::npos) shape.push_back(std::stoul(part));
  }
  return shape;
}

template <typename T>
std::vector<double> read_values(std::istream& file, std::size_t count) {
  std::vector<T> raw(count);
  file.read(reinterpret_cast<char*>(raw.data()), static_cast<std::streamsize>(count * sizeof(T)));
  if (!file) throw std::runtime_error("npy file ends early");
  return {raw.begin(), raw.end()};
}

}  // namespace npy_detail

/// The array in `path`; nothing when there is no such file. Throws std::runtime_error for what is not understood.
inline std::optional<Npy> read_npy(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  unsigned char start[10] = {};
  file.read(reinterpret_cast<char*>(start), sizeof start);
  if (!file || std::memcmp(start, "\x93NUMPY\x01", 7) != 0) throw std::runtime_error("not npy version 1: " + path);
  std::string header(start[8] + 256U * start[9], ' ');
  file.read(header.data(), static_cast<std::streamsize>(header.size()));
  if (npy_detail::value_of(header, "fortran_order").find("False") > 2) throw std::runtime_error("not C order: " + path);
  Npy npy;
  npy.shape = npy_detail::parse_shape(npy_detail::value_of(header, "shape"));
  const std::size_t count =
      std::accumulate(npy.shape.begin(), npy.shape.end(), std::size_t{1}, std::multiplies<std::size_t>());
  const std::string type = npy_detail::value_of(header, "descr").substr(0, 6);
  if (type.find("<f4") != std::string::npos) {
    npy.values = npy_detail::read_values<float>(file, count);
  } else if (type.find("<f8") != std::string::npos) {
    npy.values = npy_detail::read_values<double>(file, count);
  } else {
    throw std::runtime_error("neither float32 nor float64: " + path);
  }
  return npy;
}

}  // namespace stacvrt::test
