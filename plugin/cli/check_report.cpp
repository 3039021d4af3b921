#include "plugin/cli/check_report.h"

#include "fhir/base/json.h"
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

std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                result += c;
        }
    return result;
}

constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Readiness of What Matters</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #767676; padding: .4rem .6rem; text-align: left; vertical-align: top; }
td.fail { background: #ffe3e0; } td.warn { background: #fff4d6; } td.pass { background: #e3f6e5; }
</style></head><body>
<h1>Readiness of What Matters</h1>
)";

void addConnection(std::string& page, const CheckedConnection& connection) {
    page += "<h2>" + escaped(connection.id) + " (" + escaped(connection.product) +
            "): " + (connection.ready ? "ready" : "not ready") + "</h2>\n" +
            "<table><thead><tr><th scope=\"col\">Step</th><th scope=\"col\">Result</th>"
            "<th scope=\"col\">What was seen</th><th scope=\"col\">What to do</th></tr></thead>"
            "<tbody>\n";
    for (const auto& line : connection.lines)
        page += "<tr><th scope=\"row\">" + escaped(line.step) + "</th><td class=\"" +
                escaped(line.result) + "\">" + escaped(line.result) + "</td><td>" +
                escaped(line.detail) + "</td><td>" + escaped(line.advice) + "</td></tr>\n";
    page += "</tbody></table>\n";
}

}  // namespace

std::string jsonLine(const std::string& connection, const CheckLine& line) {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("connection", connection)
        .member("step", line.step)
        .member("result", line.result)
        .member("detail", line.detail)
        .member("advice", line.advice)
        .endObject();
    return writer.take();
}

std::string jsonLine(const CheckedConnection& connection) {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("connection", connection.id)
        .member("ready", connection.ready)
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
    return text + connection.id + (connection.ready ? " is ready." : " is not ready.");
}

std::string htmlPage(const std::vector<CheckedConnection>& connections, fhir::Instant now) {
    std::string page = kHead;
    page += "<p>Checked " + fhir::DateTime::fromInstant(now).text() + ".</p>\n";
    for (const auto& connection : connections) addConnection(page, connection);
    return page + "</body></html>\n";
}

}  // namespace plugin::cli
