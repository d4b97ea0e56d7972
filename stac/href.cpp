// SPDX-License-Identifier: MIT
#include "stac/href.h"

#include <algorithm>
#include <cctype>

#include "stac/letter_case.h"
#include "stac/url.h"
#include "stac/vsi_path.h"

namespace stacvrt::stac {
namespace {

constexpr const char* kRemoteMay =
    "; a remote document may name http(s), s3, gs and az URLs and paths relative to itself";
constexpr const char* kLocalMay =
    "; a local document may name http(s), s3, gs and az URLs, paths, and /vsi file systems without options";

/// For messages: on one line, short, and without the query and user part, which may hold secrets.
std::string quoted(std::string_view href) {
  constexpr std::size_t kMost = 120;
  std::string text(href.substr(0, std::min(href.find('?'), href.size())));
  if (const auto scheme = text.find("://"); scheme != std::string::npos) {
    const auto at = text.find('@', scheme);
    if (at != std::string::npos && at < text.find('/', scheme + 3)) text.erase(scheme + 3, at - scheme - 2);
  }
  if (text.size() > kMost) text = text.substr(0, kMost) + "...";
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return std::iscntrl(c) != 0; }, '?');
  return "'" + text + "'";
}

/// One reference on its way from a document to a file, with what its complaints need.
struct Request {
  std::string_view href;
  const HrefPolicy& policy;
  const Where& where;

  [[noreturn]] void refuse(const std::string& reason) const {
    throw Error(ErrorCode::kRefused, "href " + quoted(href) + " is refused: " + reason, where);
  }
};

/// Forms that no document may use, whoever wrote it.
void refuse_always(const Request& request) {
  const std::string_view href = request.href;
  if (std::any_of(href.begin(), href.end(), [](unsigned char c) { return std::iscntrl(c) != 0; }))
    request.refuse("it has control characters");
  if (href.empty() || href.front() == '#' || href.front() == '?') request.refuse("it names no file");
  if (href.find('\\') != std::string_view::npos) request.refuse("it has a backslash; write '/'");
  if (href.find('<') != std::string_view::npos) request.refuse("inline XML is no file name");
  if (href.front() == ' ') request.refuse("it begins with a space");
  if (href.front() == '{' || href.front() == '[')
    request.refuse("inline JSON is no file name; a file whose name begins so is written './" +
                   std::string(1, href.front()) + "...'");
  if (lowered(percent_decoded(href)).find("header_file=") != std::string::npos)
    request.refuse("header_file= would send the content of a local file");
  std::string path = lowered(percent_decoded(href.substr(0, std::min(href.find_first_of("?#"), href.size()))));
  path.erase(path.find_last_not_of('/') + 1);
  for (const std::string_view suffix : {".vrt", ".stacvrt"})
    if (path.ends_with(suffix))
      request.refuse(std::string(suffix) + " files name further files; name the rasters themselves");
}

bool is_network_scheme(std::string_view scheme) {
  return scheme == "http" || scheme == "https" || scheme == "s3" || scheme == "gs" || scheme == "az";
}

HrefKind kind_of(std::string_view scheme) {
  if (scheme == "s3") return HrefKind::kS3;
  if (scheme == "gs") return HrefKind::kGs;
  return scheme == "az" ? HrefKind::kAzure : HrefKind::kHttp;
}

Href network_href(const Request& request, const Url& url) {
  if (url.authority.empty()) request.refuse("its URL names no host or bucket");
  return {kind_of(url.scheme), url.text()};
}

/// "C:/..." on Windows.
bool is_drive_path(std::string_view text) {
  return text.size() >= 3 && std::isalpha(static_cast<unsigned char>(text[0])) != 0 && text[1] == ':' && text[2] == '/';
}

/// What stands before a ':' in the first segment: "GTIFF_DIR" of "GTIFF_DIR:1:x.tif"; empty if there is none.
std::string_view prefix_of(std::string_view text) {
  const std::size_t end = text.find_first_of(":/?#");
  return end == std::string_view::npos || text[end] != ':' ? std::string_view() : text.substr(0, end + 1);
}

/// Everything up to and with the last '/'; empty for a bare file name.
std::string folder_of(std::string_view document) {
  const std::size_t slash = document.rfind('/');
  return std::string(slash == std::string_view::npos ? std::string_view() : document.substr(0, slash + 1));
}

bool has_parent_segment(std::string_view path) {
  return ("/" + std::string(path) + "/").find("/../") != std::string::npos;
}

/// Whether `path` (normalised) lies below `folder` (normalised, with its final '/'; empty: the current folder).
bool is_below(std::string_view path, std::string_view folder) {
  if (folder.empty()) return !path.starts_with('/') && !path.starts_with("..") && !is_drive_path(path);
  // A path may not climb out again behind the folder; both are normalised, so only leading ".." remain.
  return path.size() > folder.size() && path.starts_with(folder) && !has_parent_segment(path.substr(folder.size()));
}

void check_local_policy(const Request& request, std::string_view path, std::string_view folder) {
  switch (request.policy.local_paths) {
    case LocalPaths::kAny:
      return;
    case LocalPaths::kNone:
      request.refuse("STACVRT_LOCAL_PATHS=NONE allows no local paths; http(s), s3, gs and az URLs are allowed");
    case LocalPaths::kSibling:
      if (!is_below(path, folder))
        request.refuse("STACVRT_LOCAL_PATHS=SIBLING allows local paths only below the document's folder");
  }
}

/// The web address behind the last /vsicurl/ or /vsicurl_streaming/ of a path; empty when something else stands there.
std::string_view url_of_curl(std::string_view path) {
  const std::size_t at = path.rfind("/vsicurl");
  const std::size_t slash = path.find('/', at + 1);
  const std::string_view rest = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  return rest.starts_with("http://") || rest.starts_with("https://") ? rest : std::string_view();
}

Href checked_vsi(const Request& request, const std::string& path, std::string_view folder) {
  if (path.find('?') != std::string::npos) request.refuse("/vsi paths with '?' options are not allowed");
  if (const std::string name = forbidden_vsi(path); !name.empty())
    request.refuse("file system /" + name + "/ is not allowed" + kLocalMay);
  if (has_parent_segment(path)) request.refuse("'..' is not allowed in /vsi paths");
  if (const auto url = url_of_vsi(path))
    if (const auto parts = parse_url(*url)) return network_href(request, *parts);
  // /vsicurl/ of anything but a web address reaches local files (file:) and takes options without '?' (header_file=).
  if (path.find("/vsicurl") != std::string::npos && url_of_curl(path).empty())
    request.refuse("/vsicurl/ and /vsicurl_streaming/ are followed by http:// or https://");
  if (lowered(path).find("file:") != std::string::npos) request.refuse("'file:' is not allowed in /vsi paths");
  if (!begins_with_network_vsi(path)) check_local_policy(request, path, folder);
  return {HrefKind::kVsi, path};
}

/// A joined path, local or of a /vsi file system, as the policy lets it through.
Href checked_path(const Request& request, std::string path, const std::string& folder) {
  if (is_vsi(path)) return checked_vsi(request, path, folder);
  check_local_policy(request, path, folder);
  // Joined with no folder, "./X:y" would become a driver's prefix and "./{" inline JSON.
  const bool looks_special =
      (!prefix_of(path).empty() && !is_drive_path(path)) || path.front() == '{' || path.front() == '[';
  if (looks_special) path.insert(0, "./");
  return {HrefKind::kLocal, path};
}

/// "file:///a/b%20c" or "file:/a" to "/a/b c".
std::string path_of_file_url(const Request& request) {
  std::string_view rest = request.href.substr(std::string_view("file:").size());
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const std::string_view host = rest.substr(0, rest.find('/'));
    if (!host.empty() && lowered(host) != "localhost") request.refuse("a file URL must not name a host");
    rest.remove_prefix(host.size());
  }
  std::string path = percent_decoded(rest);
  if (!path.starts_with('/')) request.refuse("a file URL must hold an absolute path");
  if (is_drive_path(std::string_view(path).substr(1))) path.erase(0, 1);
  return path;
}

Href resolve_file_url(const Request& request, const std::string& folder) {
  const std::string path = path_of_file_url(request);
  const Request decoded{path, request.policy, request.where};
  refuse_always(decoded);
  return checked_path(decoded, is_vsi(path) ? path : remove_dot_segments(path), folder);
}

/// A relative reference in a document on a /vsi file system that is no URL: below its folder by text.
Href join_vsi(const Request& request, const std::string& folder) {
  std::string rest = remove_dot_segments(request.href);
  std::string base = folder;
  while (rest.starts_with("../")) {
    rest.erase(0, 3);
    base.pop_back();
    const std::string last = base.substr(base.rfind('/') + 1);
    const bool is_root = last.empty() || last.starts_with("vsi") || last.ends_with(':');
    if (is_root || is_network_vsi(folder)) request.refuse("it leaves the document's file system");
    base.erase(base.size() - last.size());
  }
  if (rest.empty() || rest == "..") request.refuse("it names no file");
  return checked_vsi(request, base + rest, folder);
}

Href resolve_local(const Request& request, std::string_view document) {
  const std::string folder = is_vsi(document) ? folder_of(document) : remove_dot_segments(folder_of(document));
  const std::string_view href = request.href;
  if (const auto url = parse_url(href); url && is_network_scheme(url->scheme)) return network_href(request, *url);
  if (lowered(href.substr(0, 5)) == "file:") return resolve_file_url(request, folder);
  if (is_drive_path(href)) return checked_path(request, remove_dot_segments(href), folder);
  if (const auto prefix = prefix_of(href); !prefix.empty())
    request.refuse("'" + std::string(prefix) + "' is a driver prefix or an unknown scheme" + kLocalMay +
                   "; a file whose name has a colon is written './...'");
  if (href.starts_with("//")) request.refuse(std::string("it names a network host without scheme") + kLocalMay);
  if (is_vsi(href)) return checked_vsi(request, std::string(href), folder);
  if (href.starts_with('/')) return checked_path(request, remove_dot_segments(href), folder);
  if (is_vsi(document)) return join_vsi(request, folder);
  const std::string path = remove_dot_segments(folder + std::string(href));
  if (path.empty() || path.ends_with('/')) request.refuse("it names a folder");
  return checked_path(request, path, folder);
}

Href resolve_remote(const Request& request, const std::string& document) {
  const std::string_view href = request.href;
  if (const auto url = parse_url(href); url && is_network_scheme(url->scheme)) return network_href(request, *url);
  if (is_drive_path(href) || lowered(href.substr(0, 5)) == "file:")
    request.refuse(std::string("it is a local path") + kRemoteMay);
  if (const auto prefix = prefix_of(href); !prefix.empty())
    request.refuse("'" + std::string(prefix) + "' is a driver prefix or an unknown scheme" + kRemoteMay);
  if (is_vsi(lowered(href))) request.refuse(std::string("it is a /vsi path") + kRemoteMay);
  const auto base = parse_url(url_of_vsi(document).value_or(document));
  if (href.starts_with("//")) {
    // Of the network-path references only those stay that name the document's own host.
    const auto url = base ? parse_url(base->scheme + ":" + std::string(href)) : std::nullopt;
    if (!url || lowered(url->authority) != lowered(base->authority))
      request.refuse("it leaves the document's host; write the whole URL");
    return network_href(request, Url{url->scheme, url->authority, remove_dot_segments(url->path), url->query});
  }
  if (base && is_network_scheme(base->scheme)) return network_href(request, join_url(*base, href));
  if (base || href.starts_with('/'))
    request.refuse("a document of this file system may name only files beside and below it" + std::string(kRemoteMay));
  return join_vsi(request, folder_of(document));
}

}  // namespace

bool is_remote(std::string_view document) {
  if (const auto url = parse_url(document)) return url->scheme != "file";
  return is_network_vsi(document);
}

Href resolve_href(std::string_view href, const std::string& document, const HrefPolicy& policy, const Where& where) {
  const Request request{href, policy, where};
  refuse_always(request);
  if (is_remote(document)) return resolve_remote(request, document);
  if (lowered(document.substr(0, 5)) != "file:") return resolve_local(request, document);
  return resolve_local(request, path_of_file_url({document, policy, where}));
}

std::string gdal_path(const Href& href) {
  return vsi_of_url(href.text).value_or(href.text);
}

}  // namespace stacvrt::stac
