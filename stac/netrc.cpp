// SPDX-License-Identifier: MIT
#include "stac/netrc.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "stac/http_headers.h"

namespace stacvrt::stac {

bool netrc_names(std::string_view text, std::string_view host) {
  std::istringstream words{std::string(text)};
  std::string word, value;
  while (words >> word) {
    if (word.front() == '#') {
      std::getline(words, word);
    } else if (word == "default" || word == "macdef") {
      return false;  // what follows a macro is not looked at: to send nothing is the safe way
    } else if (words >> value && word == "machine" && same_header(value, host)) {
      return true;
    }
  }
  return false;
}

std::string read_netrc(const std::string& file) {
  const char* const home = std::getenv("HOME");
  const std::string path = file.empty() && home ? std::string(home) + "/.netrc" : file;
  std::ifstream stream(path);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace stacvrt::stac
