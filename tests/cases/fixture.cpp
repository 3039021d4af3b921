#include "tests/cases/fixture.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "fhir/base/error.h"
#include "fhir/base/file.h"
#include "fhir/base/url.h"
#include "tests/support/source_tree.h"

namespace test {
namespace {

using fhir::json::Document;
using fhir::json::Value;
using Names = std::set<std::string>;

constexpr std::size_t kBytesMax = 64 * 1024;

/// The members that each object of a case may have, by where it stands. What a verb is called with
/// is told by its name.
const std::map<std::string, Names>& known() {
    static const std::map<std::string, Names> kKnown{
        {"", {"source", "right", "ehr", "site", "verb", "call", "expect"}},
        {"/ehr", {"resources", "replies", "headers", "rewrites"}},
        {"/ehr/replies", {"to", "status", "headers", "body", "lines", "changes"}},
        {"pull", {}},
        {"check", {}},
        {"push", {"text"}},
        {"launch", {"iss", "token", "claims", "configuration"}},
        {"card", {"service", "body"}},
        {"feedback", {"report"}},
        {"notify", {"body"}},
        {"/expect",
         {"exit", "status", "lines", "line", "body", "cards", "opens", "shows", "hides", "says",
          "saysNot", "problems", "sent"}},
    };
    return kKnown;
}

void checkNames(const Value& object, const std::string& place) {
    const auto& names = known().at(place);
    for (const auto [name, value] : object.object())
        if (!names.contains(std::string(name))) value.refuse("is nothing that a case can say");
}

void checkSources(const Value& sources) {
    if (sources.size() == 0) sources.refuse("names no source");
    for (const auto source : sources.array())
        if (source.text().find_first_not_of(' ') == std::string_view::npos)
            source.refuse("names no source");
}

void checkAll(const Value& root) {
    checkNames(root, "");
    checkSources(root.at("source"));
    if (!root.at("right").text().ends_with('.')) root.at("right").refuse("is no sentence");
    if (const auto ehr = root.find("ehr")) {
        checkNames(*ehr, "/ehr");
        for (const auto reply : ehr->findArray("replies")) {
            checkNames(reply, "/ehr/replies");
            reply.at("to").text();
        }
    }
    const auto verb = root.at("verb").string();
    if (verb.starts_with('/') || verb.empty() || !known().contains(verb))
        root.at("verb").refuse("is none that a case can use");
    if (const auto call = root.find("call")) checkNames(*call, verb);
    const auto expect = root.at("expect");
    checkNames(expect, "/expect");
    if (expect.size() == 0) expect.refuse("expects nothing");
}

void replaceAll(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

}  // namespace

Document Fixture::at(const std::string& fhirBase) const {
    const auto origin = fhir::Url::parse(fhirBase).origin();
    auto alias = fhirBase;
    replaceAll(alias, "127.0.0.1", "localhost");
    auto filled = text;
    replaceAll(filled, "${BASE}", fhirBase);
    replaceAll(filled, "${ORIGIN}", origin);
    replaceAll(filled, "${ALIAS}", alias);
    replaceAll(filled, "${UPPER}", "HTTP" + fhirBase.substr(4));
    return Document::parse(filled);
}

std::vector<Fixture> readFixtures() {
    namespace fs = std::filesystem;
    const auto root = sourceRoot() / "tests/cases";
    std::vector<Fixture> all;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        if (entry.path().extension() != ".json") continue;
        const auto name = fs::relative(entry.path(), root).replace_extension().string();
        all.push_back({name, fhir::readTextFile(entry.path().string(), kBytesMax)});
    }
    std::sort(all.begin(), all.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    return all;
}

std::string faultOf(const std::string& text) {
    try {
        const auto document = Document::parse(text);
        checkAll(document.root());
        return {};
    } catch (const fhir::Error& error) {
        return error.path() + " " + error.what();
    }
}

}  // namespace test
