// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/library_name.h"

#include "goknot/model/function_name.h"

#include <algorithm>
#include <array>

namespace goknot::analysis {

namespace {

constexpr std::string_view kHttp2 = "h2:";

std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string result(text);
  for (std::size_t at = 0; (at = result.find(what, at)) != std::string::npos; at += by.size()) {
    result.replace(at, what.size(), by);
  }
  return result;
}

// Where the copy begins: behind the last vendor folder, at the last host name.
// "k8s.io/kubernetes/vendor/golang.org/x/net/http2" and, in old GOPATH builds with godep,
// "app/Godeps/_workspace/src/golang.org/x/net/http2" are "golang.org/x/net/http2".
std::string_view without_prefix(std::string_view path) {
  for (const std::string_view folder : {"vendor/", "_workspace/src/"}) {
    const std::size_t at = path.rfind(folder);
    if (at == 0 || (at != std::string_view::npos && path[at - 1] == '/')) {
      path.remove_prefix(at + folder.size());
    }
  }
  std::size_t begin = 0;
  for (std::size_t start = 0;;) {
    const std::size_t slash = path.find('/', start);
    if (slash == std::string_view::npos) break;
    if (path.substr(start, slash - start).contains('.')) begin = start;
    start = slash + 1;
  }
  return path.substr(begin);
}

bool is_major_version(std::string_view element) {
  return element.size() >= 2 && element[0] == 'v' &&
         std::ranges::all_of(element.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

// The path without elements like "v3".
std::string without_versions(std::string_view path) {
  std::string kept;
  kept.reserve(path.size());
  while (!path.empty()) {
    const std::string_view element = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), element.size() + 1));
    if (is_major_version(element)) continue;
    if (!kept.empty()) kept += '/';
    kept += element;
  }
  return kept;
}

// "Group.StartWithContext" of "(*Group).StartWithContext".
std::string without_pointer(std::string_view text) {
  if (!text.contains('(')) return std::string(text);
  return replaced(replaced(text, "(*", ""), ")", "");
}

// Where the package of HTTP/2 is bundled, its types carry this prefix (net/http/h2_bundle.go).
constexpr std::string_view kBundledPrefix = "http2";

bool is_bundled_http2(const FunctionName& name) {
  return name.package == "net/http" && name.type.starts_with(kBundledPrefix);
}

std::string joined(const FunctionName& name) {
  if (name.package.empty()) return std::string(name.name);
  const bool is_bundled = is_bundled_http2(name);
  std::string text = is_bundled ? std::string(kHttp2) : library_package(name.package);
  if (text == "net/http/internal/http2" || text == "golang.org/x/net/http2") text = kHttp2;
  if (text != kHttp2) text += '.';
  if (!name.type.empty()) {
    text += is_bundled ? name.type.substr(kBundledPrefix.size()) : name.type;
    text += '.';
  }
  return text += without_pointer(name.name);
}

}  // namespace

std::string library_package(std::string_view package) {
  constexpr std::string_view kGithub = "github.com/";
  if (package.find_first_of(".%") == std::string_view::npos) {
    return std::string(without_prefix(package));
  }
  const std::string unescaped = replaced(package, "%2e", ".");
  std::string path = without_versions(without_prefix(unescaped));
  const std::size_t owner_end =
      path.starts_with(kGithub) ? path.find('/', kGithub.size()) : std::string::npos;
  if (owner_end == std::string::npos) return path;
  return path.replace(0, owner_end, "*");
}

std::string library_function(std::string_view function) {
  if (function.starts_with(kHttp2))
    return std::string(kHttp2) + without_pointer(function.substr(3));
  return joined(parse_function_name(function));
}

std::string inlined_function(std::string_view function) {
  FunctionName name = parse_function_name(function);
  const std::size_t receiver = name.name.rfind("(*");
  const std::size_t dot = name.name.rfind('.');
  if (receiver != std::string_view::npos) {
    name.name = name.name.substr(receiver);
  } else if (dot != std::string_view::npos) {
    name.name = name.name.substr(dot + 1);
  } else if (name.type.empty()) {
    return {};
  }
  name.type = {};
  return joined(name);
}

// Such as runtime.gopark, sync.runtime_SemacquireMutex and internal/poll.runtime_pollWait.
bool is_waiting_frame(std::string_view function) {
  constexpr std::array<std::string_view, 13> kStarts = {
      "sync.runtime_",      "internal/sync.",          "internal/poll.runtime_",
      "net.runtime_",       "sync.(*Mutex).lockSlow",  "internal/poll.(*pollDesc).",
      "net.(*pollDesc).",   "internal/poll.ignoringE", "syscall.Syscall",
      "syscall.RawSyscall", "syscall.rawSyscall",      "syscall.syscall",
      "time.runtime"};
  if (std::ranges::any_of(kStarts, [&](auto start) { return function.starts_with(start); })) {
    return true;
  }
  return is_runtime_package(parse_function_name(function).package);
}

}  // namespace goknot::analysis
