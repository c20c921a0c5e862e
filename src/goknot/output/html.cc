// SPDX-License-Identifier: Apache-2.0
// One self-contained page: its data as JSON, its script and style embedded, nothing from elsewhere.
//
// The policy in its head allows exactly our own script and style by their hashes, so that nothing
// that a name could smuggle in would run; and the script writes text by textContent alone.
#include "goknot/base/json.h"
#include "goknot/base/text.h"
#include "goknot/base/version.h"
#include "goknot/embedded.h"
#include "goknot/output/first_screen.h"
#include "goknot/output/json_report.h"
#include "goknot/output/output.h"
#include "goknot/output/page_columns.h"
#include "goknot/output/picture.h"
#include "goknot/output/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace goknot::output {

namespace {

constexpr std::size_t kListedIds = 1000;  // of a group; the list of goroutines has them all

struct Script {
  std::string_view text;
  std::string_view sha256;
};

// In the order they run.
std::array<Script, 4> scripts() {
  using namespace embedded;
  return {{{page_data_js, page_data_js_sha256},
           {page_graph_js, page_graph_js_sha256},
           {page_list_js, page_list_js_sha256},
           {page_js, page_js_sha256}}};
}

unsigned hex_digit(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); }

// The base64 form of a hexadecimal number (RFC 4648), as policies want it.
std::string base64_of_hex(std::string_view hex) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  // Three hexadecimal digits are two of base64.
  for (std::size_t i = 0; i < hex.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t j = i; j < i + 3; j++)
      bits = bits << 4 | (j < hex.size() ? hex_digit(hex[j]) : 0);
    text += kDigits[bits >> 6];
    if (i + 1 < hex.size()) text += kDigits[bits & 63];
  }
  while (text.size() % 4 != 0) text += '=';
  return text;
}

std::string policy() {
  std::string allowed;
  for (const Script& script : scripts()) {
    allowed += fmt::format(" 'sha256-{}'", base64_of_hex(script.sha256));
  }
  return fmt::format(
      "default-src 'none'; script-src{}; style-src 'sha256-{}'; img-src data:; base-uri 'none'; "
      "form-action 'none'",
      allowed, base64_of_hex(embedded::page_css_sha256));
}

std::string html_escaped(std::string_view shown) {
  std::string text;
  for (const char c : shown) {
    switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      default:
        text += c;
    }
  }
  return text;
}

Json graph_json(const Graph& graph) {
  Json nodes = Json::array();
  for (const Graph::Node& node : graph.nodes) {
    // A label has several lines, and its line breaks are our own.
    std::string label;
    std::string_view rest = node.label;
    for (std::size_t i = 0; i < 4 && !rest.empty(); i++) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      label += (i == 0 ? "" : "\n") + page_text(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    nodes.push_back(Json::object({{"id", node.id},
                                  {"label", label},
                                  {"kind", node.object ? "object" : "goroutine"},
                                  {"root", node.root}}));
  }
  Json arrows = Json::array();
  for (const Graph::Arrow& arrow : graph.arrows) {
    arrows.push_back(
        Json::object({{"from", arrow.from}, {"to", arrow.to}, {"label", page_text(arrow.label)}}));
  }
  return Json::object({{"nodes", nodes}, {"arrows", arrows}});
}

Json report_json(const Diagnosis& diagnosis) {
  Json report = diagnosis_json(diagnosis);
  Json findings = Json::array();
  for (const Finding& finding : diagnosis.findings) {
    Json row = finding_json(finding);
    Json tree = Json::array();
    for (const Knot& root : tree_of(finding)) tree.push_back(knot_json(root));
    row.set("tree", std::move(tree));
    row.set("memory", held_words(finding));
    findings.push_back(std::move(row));
  }
  Json groups = Json::array();
  for (const GroupView& group : diagnosis.groups) {
    GroupView row = group;
    if (row.goroutines.size() > kListedIds) row.goroutines.resize(kListedIds);
    groups.push_back(group_json(row));
  }
  report.set("findings", std::move(findings));
  report.set("groups", std::move(groups));
  return page_json(report);
}

// Writes the page of one diagnosis.
// Head with policy and style, the first screen for readers without scripts, one <script> of data,
// then the scripts that draw it: data comes first because they run where they stand.
class Page {
 public:
  Page(const Report& report, const OutputOptions& options, Sink& sink)
      : report_(report), diagnosis_(*report.diagnosis), options_(options), sink_(sink) {}

  Result<Unit> write() {
    TRY(write_head());
    TRY(write_plain());
    TRY(write_data());
    for (const Script& script : scripts()) {
      TRY(sink_.write("<script>"));
      TRY(sink_.write(script.text));
      TRY(sink_.write("</script>\n"));
    }
    return sink_.write("</body>\n</html>\n");
  }

 private:
  Result<Unit> write_head() {
    const std::string title = fmt::format("{} goknot: {}", verdict_words(diagnosis_.verdict),
                                          page_text(diagnosis_.origin.target));
    TRY(sink_.write(
        fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"referrer\" content=\"no-referrer\">\n<title>{}</title>\n<style>",
                    policy(), html_escaped(title))));
    TRY(sink_.write(embedded::page_css));
    return sink_.write("</style>\n</head>\n<body>\n<main id=\"page\"></main>\n");
  }

  // The verdict for readers without scripts.
  Result<Unit> write_plain() {
    OutputOptions plain = options_;
    plain.width = 100;
    plain.color = Color::never;
    plain.charset = Charset::unicode;
    TRY(sink_.write("<noscript><pre>"));
    for (const std::string& line : first_screen(diagnosis_, plain)) {
      TRY(sink_.write(html_escaped(line) + "\n"));
    }
    return sink_.write("</pre></noscript>\n");
  }

  Result<Unit> member(std::string_view name, const Json& value) {
    return sink_.write(fmt::format(",\n\"{}\":{}", name, script_safe(value.dump())));
  }

  Result<Unit> write_data() {
    TRY(sink_.write("<script type=\"application/json\" id=\"data\">{\"version\":" +
                    Json(version()).dump()));
    Json parts = Json::array();
    for (const std::string& part : headline(diagnosis_)) parts.push_back(page_text(part));
    TRY(member("headline", parts));
    TRY(member("report", report_json(diagnosis_)));
    TRY(member("graph", graph_json(*picture_of(report_, options_.picture_nodes))));
    if (report_.series != nullptr && !report_.series->snapshots.empty()) {
      TRY(PageColumns(report_.series->snapshots.back(), diagnosis_).write(sink_));
    }
    return sink_.write("}</script>\n");
  }

  const Report& report_;
  const Diagnosis& diagnosis_;
  const OutputOptions& options_;
  Sink& sink_;
};

Result<Unit> write_html(const Report& report, const OutputOptions& options, Sink& sink) {
  if (!report.diagnosis) return fail(Kind::unsupported, "html: this answer has no diagnosis");
  return Page(report, options, sink).write();
}

}  // namespace

const Output html_output{.name = "html",
                         .summary = "one self-contained page",
                         .media_type = "text/html; charset=utf-8",
                         .extension = "html",
                         .write = write_html};

}  // namespace goknot::output
