#include "plugin/cli/check_report.h"

#include <algorithm>
#include <string_view>

#include "fhir/base/json.h"
#include "fhir/base/markup.h"
#include "fhir/r4/datatypes.h"
#include "fhir/r4/date_time.h"

namespace plugin::cli {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kTextColumn = 28;  ///< after the result and the name of the step

/// The text in lines that fit, each but the first indented.
std::string wrapped(const std::string& text) {
    std::string result;
    std::size_t column = kTextColumn;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(' ', at), text.size());
        const auto word = text.substr(at, end - at);
        if (column > kTextColumn && column + 1 + word.size() > kColumns) {
            result += "\n" + std::string(kTextColumn, ' ');
            column = kTextColumn;
        } else if (column > kTextColumn) {
            result += ' ';
            ++column;
        }
        result += word;
        column += word.size();
        at = end + 1;
    }
    return result;
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

/// On a narrow screen, and where letters are large, each row is a block of its own.
constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Readiness of What Matters</title>
<style>
:root { color-scheme: light; }
body { font: 1rem/1.5 sans-serif; color: #1a1a1a; background: #fff; max-width: 64rem;
  margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #767676; padding: .4rem .6rem; text-align: left; vertical-align: top; }
th { white-space: nowrap; }
td { min-width: 0; overflow-wrap: anywhere; }
td:nth-child(2) { font-weight: bold; overflow-wrap: normal; }
td.fail { background: #ffe3e0; } td.warn { background: #fff4d6; } td.pass { background: #e3f6e5; }
@media (max-width: 45rem) {
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tr, th, td { display: block; border: 0; }
  tbody tr { border: 1px solid #767676; margin-bottom: .8rem; }
  td:empty { display: none; }
  td:last-child::before { content: "To do: "; font-weight: bold; }
}
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
</style></head><body>
<h1>Readiness of What Matters</h1>
)";

void addConnection(std::string& page, const CheckedConnection& connection) {
    page += "<h2>" + fhir::escapeMarkup(connection.id) + " (" +
            fhir::escapeMarkup(connection.product) + "): " + connection.verdict() + "</h2>\n";
    if (!connection.about.empty()) page += "<p>" + fhir::escapeMarkup(connection.about) + "</p>\n";
    if (!connection.documentation.empty())
        page += "<p>The vendor's documentation: " + fhir::escapeMarkup(connection.documentation) +
                "</p>\n";
    page +=
        "<table><thead><tr><th scope=\"col\">Step</th><th scope=\"col\">Result</th>"
        "<th scope=\"col\">What was seen</th><th scope=\"col\">What to do</th></tr></thead>"
        "<tbody>\n";
    for (const auto& line : connection.lines)
        page += "<tr><th scope=\"row\">" + fhir::escapeMarkup(line.step) + "</th><td class=\"" +
                fhir::escapeMarkup(line.result) + "\">" + fhir::escapeMarkup(line.result) +
                "</td><td>" + fhir::escapeMarkup(line.detail) + "</td><td>" +
                fhir::escapeMarkup(line.advice) + "</td></tr>\n";
    page += "</tbody></table>\n";
}

/// "Patient", "Observation": letters alone, as no part of an address is written.
bool isTypeName(std::string_view word) {
    const auto isLower = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto isUpper = [](char c) { return c >= 'A' && c <= 'Z'; };
    return word.size() > 2 && isUpper(word[0]) && isLower(word[1]) &&
           std::all_of(word.begin(), word.end(), [&](char c) { return isLower(c) || isUpper(c); });
}

}  // namespace

std::string withoutIds(std::string_view text) {
    const auto isOfId = [](char c) { return fhir::isId({&c, 1}); };
    std::string result;
    std::string_view before;  // the word before a slash
    for (std::size_t at = 0; at < text.size();) {
        auto end = at;
        while (end < text.size() && isOfId(text[end])) ++end;
        auto word = text.substr(at, end - at);
        const auto whole = word;
        while (word.ends_with('.')) word.remove_suffix(1);  // the end of the sentence
        result += isTypeName(before) && !word.empty() ? "…" : word;
        result += whole.substr(word.size());
        before = end < text.size() && text[end] == '/' ? whole : std::string_view();
        if (end < text.size()) result += text[end];
        at = end + 1;
    }
    return result;
}

std::size_t CheckedConnection::warnings() const noexcept {
    return static_cast<std::size_t>(std::count_if(
        lines.begin(), lines.end(), [](const auto& line) { return line.result == "warn"; }));
}

std::string CheckedConnection::verdict() const {
    if (!ready) return "not ready";
    const auto count = warnings();
    if (count == 0) return "ready";
    return "ready, with " + std::to_string(count) + (count == 1 ? " warning" : " warnings");
}

std::string jsonLine(const std::string& connection, const CheckLine& line) {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("connection", connection)
        .member("step", line.step)
        .member("result", line.result)
        .member("detail", line.detail)
        .member("advice", line.advice);
    if (!line.granted.empty()) {
        writer.key("granted").beginArray();
        for (const auto& scope : line.granted) writer.string(scope);
        writer.endArray();
    }
    writer.endObject();
    return writer.take();
}

std::string jsonLine(const CheckedConnection& connection) {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("connection", connection.id)
        .member("ready", connection.ready)
        .member("warnings", static_cast<std::int64_t>(connection.warnings()))
        .endObject();
    return writer.take();
}

std::string table(const CheckedConnection& connection) {
    std::string text = connection.id + " (" + connection.product + ")\n";
    for (const auto& line : connection.lines) {
        text += padded(line.result, 6) + padded(line.step, kTextColumn - 6) + wrapped(line.detail) +
                "\n";
        if (!line.advice.empty())
            text += std::string(kTextColumn, ' ') + wrapped("To do: " + line.advice) + "\n";
    }
    const bool isWell = std::all_of(connection.lines.begin(), connection.lines.end(),
                                    [](const auto& line) { return line.advice.empty(); });
    const auto note = [&](const std::string& title, const std::string& words) {
        if (!isWell && !words.empty()) text += padded(title, kTextColumn) + wrapped(words) + "\n";
    };
    note("To know", connection.about);
    note("Documentation", connection.documentation);
    return text + connection.id + " is " + connection.verdict() + ".";
}

std::string htmlPage(const std::vector<CheckedConnection>& connections, fhir::Instant now) {
    std::string page = kHead;
    page += "<p>Checked " + fhir::DateTime::fromInstant(now).text() + ".</p>\n";
    for (const auto& connection : connections) addConnection(page, connection);
    return page + "</body></html>\n";
}

}  // namespace plugin::cli
