// SPDX-License-Identifier: MIT
#include "driver/dataset_name.h"

#include "stac/error.h"
#include "stac/letter_case.h"

namespace stacvrt::driver {

namespace {

constexpr std::string_view kPrefix = "STACVRT:";

DatasetName parse_quoted(std::string_view rest, std::string_view whole) {
  DatasetName name;
  std::size_t close = 1;
  for (; close < rest.size() && rest[close] != '"'; ++close) {
    if (rest.substr(close, 2) == "\\\"") ++close;
    name.document += rest[close];
  }
  if (close >= rest.size())
    throw Error(ErrorCode::kInvalid,
                "a quote is not closed in '" + std::string(whole) + "'; expected STACVRT:\"file\":subdataset");
  const std::string_view tail = rest.substr(close + 1);
  if (tail.empty()) return name;
  if (tail[0] != ':')
    throw Error(ErrorCode::kInvalid, "'" + std::string(tail) + "' follows the quoted name in '" + std::string(whole) +
                                         "'; expected STACVRT:\"file\":subdataset");
  name.selection = tail.substr(1);
  return name;
}

}  // namespace

bool has_prefix(std::string_view name) {
  return stac::same_word(name.substr(0, kPrefix.size()), kPrefix);
}

bool ends_with_suffix(std::string_view name) {
  constexpr std::string_view kSuffix = ".stacvrt";
  return name.size() > kSuffix.size() && stac::same_word(name.substr(name.size() - kSuffix.size()), kSuffix);
}

DatasetName parse_name(std::string_view name, const std::function<bool(const std::string&)>& exists) {
  if (!has_prefix(name)) return {std::string(name), {}};
  const std::string_view rest = name.substr(kPrefix.size());
  if (!rest.empty() && rest[0] == '"') return parse_quoted(rest, name);
  const std::string whole(rest);
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || exists(whole)) return {whole, {}};
  const std::string head(rest.substr(0, colon));
  return exists(head) ? DatasetName{head, std::string(rest.substr(colon + 1))} : DatasetName{whole, {}};
}

std::string subdataset_name(const std::string& document, const std::string& selection) {
  std::string escaped;
  for (const char c : document) escaped.append(c == '"' ? "\\\"" : std::string(1, c));
  return std::string(kPrefix) + "\"" + escaped + "\":" + selection;
}

}  // namespace stacvrt::driver
