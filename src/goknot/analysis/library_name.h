// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace goknot::analysis {

// A package path as all its copies share it: unescaped, without vendor folders and major versions,
// and for GitHub without the owner, so that a fork is the same library.
// "app/vendor/github.com/Shopify/sarama/v2" is "*/sarama". Standard packages stay as they are.
std::string library_package(std::string_view package);

// A function name as all compilers and copies share it: library_package, then type and name
// without "*", type arguments and closure suffixes. "github.com/x/lru/v2.(*Cache[...]).loop.func1"
// is "*/lru.Cache.loop". The three homes of HTTP/2 (net/http up to go1.26, net/http/internal/http2
// since go1.27, golang.org/x/net/http2) are all "h2:".
std::string library_function(std::string_view function);

// The same, for the function that was inlined into the named one, if the name shows that:
// "k8s.io/x/wait.PollUntil.poller.func1" is "k8s.io/x/wait.poller". Empty for others.
std::string inlined_function(std::string_view function);

// Whether a frame is only the machinery of waiting: the runtime, and what stands between it and
// the function that waits. No table names these; dumps by signal show them, others do not.
bool is_waiting_frame(std::string_view function);

}  // namespace goknot::analysis
