// SPDX-License-Identifier: MIT
// The one exception of the catalogue and cube layers. It carries what a user needs to act on: what is wrong, in which
// document, item and JSON value. Nothing here prints; the driver turns an Error into one CPLError.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace stacvrt {

/// Why an operation failed, coarse enough to be mapped onto GDAL's error numbers.
enum class ErrorCode {
  kIo,           ///< a document or raster could not be read
  kSyntax,       ///< not JSON, nested too deeply, or a number that JSON or a double cannot hold
  kInvalid,      ///< well-formed, but a value is impossible or contradicts another
  kNotFound,     ///< a named band, class, asset or file does not exist
  kUnsupported,  ///< valid, but not built (yet)
  kRefused,      ///< denied by the trust policy
  kTooLarge,     ///< over a documented limit
  kEmpty,        ///< a selection that selects nothing
  kMemory,       ///< does not fit the memory budget
  kCancelled,    ///< the caller's progress function asked to stop
};

/// The place of an error; empty members are left out of the message.
struct Where {
  std::string document;  ///< file name or URL without secrets
  std::string item;      ///< STAC item id
  std::string pointer;   ///< JSON pointer (RFC 6901) into the document; "" is unknown or the whole document
};

/// Thrown by stac/ and cube/. what() is one line: the message, then the place in brackets.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message, Where where = {})
      : std::runtime_error(compose(message, where)), m_code(code), m_message(message), m_where(std::move(where)) {}

  [[nodiscard]] ErrorCode code() const noexcept { return m_code; }
  /// The message without the place.
  [[nodiscard]] const std::string& message() const noexcept { return m_message; }
  [[nodiscard]] const Where& where() const noexcept { return m_where; }

 private:
  static std::string compose(const std::string& message, const Where& where);

  ErrorCode m_code;
  std::string m_message;
  Where m_where;
};

}  // namespace stacvrt
