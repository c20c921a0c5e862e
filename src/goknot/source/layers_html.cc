// SPDX-License-Identifier: Apache-2.0
// The layer of pages: tags and character references.
#include "goknot/source/layers_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace goknot::source {
namespace {

// Tags that begin a new line where they stand; all others leave no trace.
constexpr std::array<std::string_view, 24> kBlocks{
    "address", "article", "blockquote", "body",  "div", "footer", "h1",       "h2",
    "h3",      "h4",      "head",       "html",  "hr",  "li",     "main",     "ol",
    "p",       "pre",     "section",    "table", "tr",  "ul",     "textarea", "title"};
constexpr std::array<std::string_view, 36> kInline{
    "a",      "abbr", "b",    "button", "code",  "dd",  "del",  "dl",    "dt",
    "em",     "font", "form", "i",      "img",   "ins", "kbd",  "label", "link",
    "mark",   "meta", "nobr", "output", "q",     "s",   "samp", "small", "span",
    "strong", "sub",  "sup",  "svg",    "tbody", "tt",  "u",    "var",   "wbr"};
// Declarations, and the elements of JUnit's reports.
constexpr std::array<std::string_view, 9> kXml{"?xml",       "!doctype",   "testsuites",
                                               "testsuite",  "testcase",   "failure",
                                               "system-out", "system-err", "error"};

struct Reference {
  std::string_view name;
  std::string_view text;
};
constexpr std::array<Reference, 8> kReferences{{{"lt", "<"},
                                                {"gt", ">"},
                                                {"amp", "&"},
                                                {"quot", "\""},
                                                {"apos", "'"},
                                                {"nbsp", " "},
                                                {"Tab", "\t"},
                                                {"NewLine", "\n"}}};

// `none` is what has a '<' and is no tag of a page: "<nil>", "<-chan int", "a < b". It stays.
enum class Tag { none, block, line_break, cell, other };

// What a tag means by its name in lower case.
Tag tag_of(std::string_view name) {
  if (name == "br") return Tag::line_break;
  if (name == "td" || name == "th") return Tag::cell;
  if (std::ranges::find(kBlocks, name) != kBlocks.end()) return Tag::block;
  if (std::ranges::find(kInline, name) != kInline.end()) return Tag::other;
  return std::ranges::find(kXml, name) != kXml.end() ? Tag::block : Tag::none;
}

// "lt" in "&lt;": the text between '&' and ';', or nothing.
std::string_view reference_at(std::string_view text) {
  const std::size_t end = text.substr(0, 12).find(';');
  return end == text.npos || end < 2 ? std::string_view() : text.substr(1, end - 1);
}

// The code point of "#43" or "#x2b"; 0 if it is none.
std::uint32_t point_of(std::string_view reference) {
  const bool hex = reference.size() > 1 && (reference[1] == 'x' || reference[1] == 'X');
  const std::string_view number = reference.substr(hex ? 2 : 1);
  std::uint32_t point = 0;
  const auto end = number.data() + number.size();
  const auto parsed = std::from_chars(number.data(), end, point, hex ? 16 : 10);
  return parsed.ec == std::errc() && parsed.ptr == end ? point : 0;
}

class Page {
 public:
  explicit Page(std::string_view text) : text_(text), patience_(4 * text.size()) {
    out_.reserve(text.size());
  }

  // The text of the page.
  std::string read() && {
    std::size_t from = 0;
    for (std::size_t at; (at = text_.find_first_of("<&", from)) != text_.npos;) {
      out_.append(text_, from, at - from);
      const std::size_t length =
          text_[at] == '<' ? tag(text_.substr(at)) : reference(text_.substr(at));
      if (length == 0) out_ += text_[at];
      from = at + std::max<std::size_t>(length, 1);
    }
    out_.append(text_, from);
    return std::move(out_);
  }

 private:
  // Reads the tag that `text` begins with and says how long it is.
  std::size_t tag(std::string_view text) {
    if (text.starts_with("<![CDATA[")) return 9;
    if (text.starts_with("<!--")) return spend(65536, text, comment);
    const std::size_t begin = text.starts_with("</") ? 2 : 1;
    std::string name;
    std::size_t end = begin;
    for (; end < text.size() && end < begin + 12; ++end) {
      const char c = text[end];
      if (!std::isalnum(static_cast<unsigned char>(c)) && c != '?' && c != '!' && c != '-') break;
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    if (end == text.size() ||
        std::string_view(" \t\n/>?").find(text[end]) == std::string_view::npos)
      return 0;
    if (name == "script" || name == "style") {
      return spend(1 << 20, text, [&](auto piece) { return hidden(piece, "</" + name); });
    }
    const Tag kind = tag_of(name);
    if (kind == Tag::none) return 0;
    const std::size_t close = spend(4096, text, [&](auto piece) { return close_of(piece, end); });
    if (close == 0) return 0;
    if (kind == Tag::line_break && !text.substr(close).starts_with('\n')) out_ += '\n';
    const bool at_margin = out_.empty() || out_.back() == '\n';
    if (kind == Tag::block && !at_margin) out_ += '\n';
    if (kind == Tag::cell && begin == 1 && !at_margin) out_ += ' ';
    return close;
  }

  // Behind the '>' of a tag. Attributes may hold '>' in quotes: the message of a JUnit failure.
  static std::size_t close_of(std::string_view text, std::size_t from) {
    char quote = 0;
    for (std::size_t i = from; i < text.size(); ++i) {
      if (quote != 0) {
        if (text[i] == quote) quote = 0;
      } else if (text[i] == '"' || text[i] == '\'') {
        quote = text[i];
      } else if (text[i] == '>') {
        return i + 1;
      }
    }
    return 0;
  }

  static std::size_t comment(std::string_view text) {
    const std::size_t end = text.find("-->");
    return end == text.npos ? 0 : end + 3;
  }

  // Behind a script or a style sheet: nothing of it is text.
  static std::size_t hidden(std::string_view text, const std::string& end) {
    const std::size_t begin = text.find(end, 1);
    const std::size_t close = begin == text.npos ? begin : text.find('>', begin);
    return close == text.npos ? 0 : close + 1;
  }

  // The end that `find` finds in the first bytes, 0 if none. Looking in vain again and again must
  // not take longer than reading the page a few times.
  template <typename Find>
  std::size_t spend(std::size_t most, std::string_view text, Find find) {
    const std::string_view piece = text.substr(0, std::min(most, patience_));
    const std::size_t end = find(piece);
    if (end == 0) patience_ -= piece.size();
    return end;
  }

  std::size_t reference(std::string_view text) {
    const std::string_view name = reference_at(text);
    if (name.empty()) return 0;
    const auto known = std::ranges::find(kReferences, name, &Reference::name);
    if (known != kReferences.end()) {
      out_ += known->text;
    } else if (const std::uint32_t point = name[0] == '#' ? point_of(name) : 0) {
      append_utf8(out_, point == 0xa0 ? ' ' : point);
    } else {
      return 0;
    }
    return name.size() + 2;
  }

  std::string_view text_;
  std::size_t patience_;  // bytes that may still be read in vain, looking for the end of a tag
  std::string out_;
};

// Signs of a page near a dump; dumps themselves contain "<autogenerated>" and "<nil>".
constexpr std::array<std::string_view, 20> kSigns{
    "&lt;", "&gt;",  "&amp;",  "&#39;", "&#34;",  "&#43;", "&quot;", "&#x", "&nbsp;", "&#10;",
    "<br>", "<br/>", "<br />", "<pre",  "</pre>", "<code", "</",     "<p>", "<span ", "<![CDATA["};

}  // namespace

std::optional<Peeled> peel_html(const Survey& survey) {
  if (std::ranges::none_of(kSigns, [&](auto sign) { return survey.near(sign); }))
    return std::nullopt;
  std::string text = Page(survey.text).read();
  if (text == survey.text) return std::nullopt;
  return Peeled{std::move(text), "html", {}};
}

}  // namespace goknot::source
