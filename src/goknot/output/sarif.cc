// SPDX-License-Identifier: Apache-2.0
// Findings as SARIF 2.1.0 (OASIS), for code scanning: one result per finding, at its culprits.
#include "goknot/base/json.h"
#include "goknot/base/version.h"
#include "goknot/output/output.h"
#include "goknot/output/words.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace goknot::output {

namespace {

constexpr std::size_t kCulprits = 20;

// SARIF 3.27.10: what a reader should do about it. Only what is likely is an error.
std::string_view level_of(const Finding& finding) {
  if (finding.severity == Severity::info) return "note";
  const bool is_serious = finding.severity >= Severity::leak && finding.grade >= Grade::likely;
  return is_serious ? "error" : "warning";
}

// A path as a URI reference (RFC 3986): only unreserved characters and "/" stay.
std::string uri_of(std::string_view path) {
  std::string uri = path.starts_with('/') ? "file://" : "";
  // "C:/x.go" of a dump from Windows.
  if (path.size() > 2 && path[1] == ':') uri = "file:///";
  for (const char c : path) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') ||
                          std::string_view("-._~/").find(c) != std::string_view::npos;
    if (c == '\\') {
      uri += '/';
    } else if (is_plain) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

Json location_json(const Culprit& culprit) {
  Json location = Json::object();
  if (!culprit.place.file.empty()) {
    Json physical =
        Json::object({{"artifactLocation", Json::object({{"uri", uri_of(culprit.place.file)}})}});
    if (culprit.place.line > 0) {
      physical.set("region", Json::object({{"startLine", culprit.place.line}}));
    }
    location.set("physicalLocation", std::move(physical));
  }
  location.set("logicalLocations",
               Json::array({Json::object(
                   {{"fullyQualifiedName", culprit.place.function}, {"kind", "function"}})}));
  const std::string who = culprit.goroutine ? fmt::format("goroutine {} ", *culprit.goroutine) : "";
  const std::string text = who + std::string(name_of(culprit.role));
  location.set("message", Json::object({{"text", text}}));
  return location;
}

std::string message_of(const Finding& finding) {
  std::string text = finding.title;
  for (const std::string* part : {&finding.explanation, &finding.advice}) {
    if (!part->empty()) text += (text.empty() ? "" : "\n\n") + *part;
  }
  for (const std::string& unknown : finding.unknown) text += "\n\nNot known: " + unknown;
  return text.empty() ? finding.rule : text;
}

// The first culprit is the location that code scanning marks; all others are related to it.
Json result_json(const Finding& finding, std::size_t rule) {
  Json main = Json::array();
  Json related = Json::array();
  for (const Culprit& culprit : finding.culprits) {
    Json& into = main.size() == 0 ? main : related;
    if (into.size() < kCulprits) into.push_back(location_json(culprit));
  }
  return Json::object({{"ruleId", finding.rule},
                       {"ruleIndex", rule},
                       {"level", level_of(finding)},
                       {"message", Json::object({{"text", message_of(finding)}})},
                       {"locations", std::move(main)},
                       {"relatedLocations", std::move(related)},
                       {"partialFingerprints", Json::object({{"goknot/v1", finding.fingerprint}})},
                       {"properties", Json::object({{"grade", name_of(finding.grade)},
                                                    {"severity", name_of(finding.severity)},
                                                    {"shape", name_of(finding.shape)},
                                                    {"roots", finding.root_count},
                                                    {"victims", finding.victim_count}})}});
}

// What could not be read belongs to the run, not to any result.
Json notifications_json(const Diagnosis& diagnosis) {
  Json list = Json::array();
  for (const Gap& gap : diagnosis.gaps) {
    const std::string text = gap.where.empty() ? gap.what : gap.where + ": " + gap.what;
    list.push_back(Json::object({{"level", "note"}, {"message", Json::object({{"text", text}})}}));
  }
  return list;
}

Json run_json(const Diagnosis& diagnosis) {
  Json rules = Json::array();
  Json results = Json::array();
  absl::flat_hash_map<std::string, std::size_t> numbers;
  for (const Finding& finding : diagnosis.findings) {
    const auto [number, is_new] = numbers.try_emplace(finding.rule, numbers.size());
    if (is_new) rules.push_back(Json::object({{"id", finding.rule}}));
    results.push_back(result_json(finding, number->second));
  }
  const Json driver =
      Json::object({{"name", "goknot"}, {"version", version()}, {"rules", std::move(rules)}});
  const Json invocation =
      Json::object({{"executionSuccessful", true},
                    {"toolExecutionNotifications", notifications_json(diagnosis)}});
  return Json::object({{"tool", Json::object({{"driver", driver}})},
                       {"invocations", Json::array({invocation})},
                       {"results", std::move(results)}});
}

Result<Unit> write_sarif(const Report& report, const OutputOptions&, Sink& sink) {
  if (!report.diagnosis) return fail(Kind::unsupported, "sarif: this answer has no diagnosis");
  const Json log = Json::object({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                                 {"version", "2.1.0"},
                                 {"runs", Json::array({run_json(*report.diagnosis)})}});
  return sink.write(log.dump(1) + "\n");
}

}  // namespace

const Output sarif_output{.name = "sarif",
                          .summary = "findings for code scanning (SARIF 2.1.0)",
                          .media_type = "application/sarif+json",
                          .extension = "sarif",
                          .write = write_sarif,
                          .extent = Extent::findings};

}  // namespace goknot::output
