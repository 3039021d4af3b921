// The rules that no compiler checks, as a test of the source tree. A rule is a function from a
// file, and the paths of all files, to its faults; each is seen here to fail, to pass, and to hold.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <cstdlib>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/source_tree.h"
#include "tests/support/temporary_folder.h"

namespace tidy_test {

namespace {

using namespace test;
using Names = std::set<std::string>;
using Rule = Faults (*)(const File& file, const Names& paths);

/// `isAllowed` is given what is included with the mark before it: "<string" or "\"fhir/a.h".
template <typename Check>
Faults eachInclude(const File& file, Check isAllowed) {
    static const std::regex kInclude(R"(\s*#\s*include\s*([<"][^>"]+).*)");
    return eachLine(file, [&](const std::string& line) {
        std::smatch match;
        const bool isFine = !std::regex_match(line, match, kInclude) || isAllowed(match[1].str());
        return isFine ? "" : "may not include " + match[1].str().substr(1);
    });
}

List operator+(List left, const List& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

// What a folder may include beside itself; no row has an exception.
const List kFhir = {"fhir/base/", "fhir/r4/", "fhir/http/", "fhir/client/", "fhir/smart/"};
const List kSettings =
    kFhir + List{"adapters/",        "plugin/domain/",      "plugin/store/options.h",
                 "plugin/settings/", "plugin/connections/", "plugin/keys/"};
const List kRecords =
    kSettings + List{"plugin/store/", "plugin/audit/", "plugin/companion/", "plugin/records/"};
const List kFeature =
    kRecords + List{"plugin/http_server/", "plugin/outbox/", "plugin/sync/", "plugin/sessions/"};
const std::map<std::string, List> kMayInclude = {
    {"fhir/base", {}},
    {"fhir/r4", {"fhir/base/"}},
    {"fhir/http", {"fhir/base/"}},
    {"fhir/client", {"fhir/base/", "fhir/r4/", "fhir/http/"}},
    {"fhir/smart", {"fhir/base/", "fhir/r4/", "fhir/http/", "fhir/client/"}},
    {"adapters", kFhir},
    {"adapters/simulator", kFhir},
    {"plugin/domain", {"fhir/base/", "fhir/r4/"}},
    {"plugin/store", {"fhir/base/", "fhir/r4/", "plugin/domain/"}},
    {"plugin/http_server", {"fhir/base/"}},
    {"plugin/keys", kFhir},
    {"plugin/settings", kSettings},
    {"plugin/connections", kSettings},
    {"plugin/audit", kFhir + List{"plugin/domain/", "plugin/store/", "plugin/settings/"}},
    {"plugin/companion", kFhir + List{"adapters/", "plugin/domain/", "plugin/store/"}},
    {"plugin/records", kRecords},
    {"plugin/outbox", kRecords},
    {"plugin/sync", kRecords},
    {"plugin/sessions", kFhir + List{"plugin/domain/", "plugin/store/", "plugin/settings/",
                                     "plugin/connections/", "plugin/http_server/message.h"}},
    {"plugin/launch", kFeature},
    {"plugin/cds", kFeature},
    {"plugin/subscriptions", kFeature},
    {"plugin/fhir_api", kFeature},
    {"plugin/api", kFeature},
    {"plugin/wellbeing",
     kFhir + List{"plugin/domain/", "plugin/store/engine/", "plugin/settings/", "plugin/outbox/"}},
    {"plugin/check_in", {"fhir/base/", "plugin/http_server/", "plugin/wellbeing/"}},
    {"plugin/service", {"fhir/", "adapters/", "plugin/"}},
    {"plugin/cli", {"fhir/", "adapters/", "plugin/"}},
    {"plugin", {"plugin/cli/"}},  // main
    {"tests", {"fhir/", "adapters/", "plugin/"}},
};

/// Rooms that few may see, although a folder above them may be seen.
const std::map<std::string, Names> kSeenBy = {
    {"adapters/simulator/", {"adapters/simulator", "plugin/cli", "tests"}},
    {"plugin/cli/", {"plugin", "plugin/cli", "tests"}},
};

/// "plugin/cds/card.h" belongs to plugin/cds, "adapters/routes/route.h" to adapters.
std::string folderOf(const std::string& path) {
    for (const auto* whole : {"tests", "adapters/simulator", "adapters"})
        if (path.starts_with(std::string(whole) + "/")) return whole;
    const auto top = path.find('/');
    const auto slash = path.find('/', top + 1);
    return path.substr(0, slash == std::string::npos ? top : slash);
}

bool isHiddenFrom(const std::string& folder, const std::string& target) {
    return std::any_of(kSeenBy.begin(), kSeenBy.end(), [&](const auto& room) {
        return target.starts_with(room.first) && !room.second.contains(folder);
    });
}

Faults wrongIncludes(const File& file, const Names&) {
    if (!file.isCpp()) return "";
    const auto folder = folderOf(file.path);
    const auto row = kMayInclude.find(folder);
    if (row == kMayInclude.end()) return fault(file, 0, folder + " is not in the include table");
    return eachInclude(file, [&](const std::string& include) {
        const auto target = include.substr(1);
        const bool isOurs = startsWithAny(target, {"fhir/", "adapters/", "plugin/", "tests/"});
        if (!isOurs) return include.starts_with("<");
        if (isHiddenFrom(folder, target)) return false;
        return folderOf(target) == folder || startsWithAny(target, row->second);
    });
}

// Libraries, and how the paths begin that may see them. Tests may see them all.
const std::vector<std::pair<List, List>> kConfined = {
    {{"<rapidjson/"}, {"fhir/base/json"}},
    {{"<Poco/Net/HTTPClientSession", "<Poco/Net/HTTPSClientSession", "<Poco/Net/Context",
      "<Poco/Net/NetSSL", "<Poco/Net/SSL", "<Poco/Net/Secure"},
     {"fhir/http/"}},
    {{"<Poco/Net/HTTPServer", "<Poco/Net/HTTPRequestHandler", "<Poco/Net/ServerSocket"},
     {"plugin/http_server/server"}},
    {{"<Poco/Data/"}, {"plugin/store/"}},
    {{"<libpq"}, {"plugin/store/engine/postgresql_engine"}},
    {{"<CLI/"}, {"plugin/cli/arguments"}},
    {{"<openssl/"}, {"fhir/base/", "fhir/smart/", "plugin/store/sealing/"}},
    {{"<unicode/"}, {"plugin/cds/card_text"}},
    {{"<prometheus/"}, {"plugin/service/metrics"}},
    {{"<zlib.h"}, {"fhir/http/inflater"}},
};

Faults escapedLibraries(const File& file, const Names&) {
    if (!file.isCpp() || file.path.starts_with("tests/")) return "";
    return eachInclude(file, [&](const std::string& include) {
        return std::none_of(kConfined.begin(), kConfined.end(), [&](auto& confined) {
            return startsWithAny(include, confined.first) &&
                   !startsWithAny(file.path, confined.second);
        });
    });
}

Faults longLines(const File& file, const Names&) {
    if (!file.isCpp()) return "";
    return eachLine(file, [](const std::string& line) {
        const auto columns = std::count_if(line.begin(), line.end(), [](char byte) {
            return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;  // begins a code point
        });
        return columns > 100 ? std::to_string(columns) + " columns, more than 100" : "";
    });
}

/// The words in a text, which is the file's or made from it byte by byte; `_` ends a word.
Faults words(const File& file, std::string_view text, const List& forbidden) {
    const auto isPart = [&](std::size_t at) {
        return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0;
    };
    Faults faults;
    for (const auto& word : forbidden)
        for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1))
            if (!isPart(at - 1) && !isPart(at + word.size())) faults += fault(file, at, word);
    return faults;
}

Faults vendorNames(const File& file, const Names&) {
    if (startsWithAny(file.path, {"adapters/", "config/", "tests/", "."}) ||
        endsWithAny(file.path, {"README.md", "openapi.yaml"}))
        return "";
    auto text = file.text;
    for (auto& letter : text) letter = static_cast<char>(std::tolower(letter & 0x7F));
    return words(file, text,
                 {"allscripts", "athena", "athenahealth", "azure", "cerner", "eclinicalworks",
                  "epic", "google", "healthlake", "intersystems", "medplum", "meditech", "nextgen",
                  "openemr", "openmrs", "oracle"});
}

Faults unfinishedWork(const File& file, const Names&) {
    return words(file, file.text, {std::string("TO") + "DO", std::string("FIX") + "ME"});
}

/// A body that holds comments alone is empty too.
Faults emptyCatches(const File& file, const Names&) {
    static const std::regex kEmptyCatch(
        R"(catch\s*\(\s*\.\.\.\s*\)\s*\{(\s|//[^\n]*\n|/\*[^*]*\*/)*\})");
    Faults faults;
    for (auto at = file.text.find("catch"); at != std::string::npos;
         at = file.text.find("catch", at + 1))
        if (std::regex_search(file.text.substr(at), kEmptyCatch,
                              std::regex_constants::match_continuous))
            faults += fault(file, at, "swallows every error");
    return faults;
}

/// Both engines read $1, and PostgreSQL nothing else.
Faults foreignParameters(const File& file, const Names&) {
    static const std::regex kParameter(R"re(.*"[^"]*([=<>(,]|LIKE|LIMIT|OFFSET) ?\?[,) "].*)re");
    if (!file.path.starts_with("plugin/") || !file.isCpp()) return "";
    return eachLine(file, [](const std::string& line) {
        return std::regex_match(line, kParameter) ? "write SQL parameters as $1, $2, …" : "";
    });
}

Faults longFiles(const File& file, const Names&) {
    const bool isReadme = file.path.ends_with("/README.md") && file.path != "plugin/README.md";
    const auto most = isReadme ? 40 : 500;
    const auto lines = std::count(file.text.begin(), file.text.end(), '\n');
    if (lines <= most || (!file.isCode() && !isReadme)) return "";
    return fault(file, 0, std::to_string(lines) + " lines, more than " + std::to_string(most));
}

/// A README.md tells of its folder and of those below it; the root's tells of the root alone.
Faults untoldFolders(const File& file, const Names& paths) {
    if (!file.isCode() || file.path.starts_with(".")) return "";
    auto slash = file.path.find('/');
    if (slash == std::string::npos && paths.contains("README.md")) return "";
    for (; slash != std::string::npos; slash = file.path.find('/', slash + 1))
        if (paths.contains(file.path.substr(0, slash) + "/README.md")) return "";
    return fault(file, 0, "no README.md above");
}

/// tests/fhir/r4/patient_test.cpp is for fhir/r4/patient.cpp, or for a header without source; what
/// is too much for one file goes into patient_names_test.cpp and the like.
Faults strayTests(const File& file, const Names& paths) {
    static const std::regex kTest("tests/((?:fhir|adapters|plugin)/.*)_test\\.cpp");
    std::smatch match;
    if (!std::regex_match(file.path, match, kTest)) return "";
    const auto subject = match[1].str();
    for (auto end = subject.size(); end != std::string::npos && end > 0;
         end = subject.rfind('_', end - 1)) {
        const auto part = subject.substr(0, end);
        if (paths.contains(part + ".cpp") || paths.contains(part + ".h")) return "";
    }
    return fault(file, 0, "there is no " + subject + ".cpp");
}

/// `Reference::relative` forgets the server: who compares by it takes Patient/1 of another server
/// for the one of this. These write by it, read what we wrote, or only look more often.
Faults forgottenServers(const File& file, const Names&) {
    static const Names kMay{"adapters/routes/find_copies.cpp",
                            "adapters/routes/team_subject.cpp",
                            "fhir/client/reply.cpp",
                            "fhir/r4/datatypes.cpp",
                            "fhir/r4/datatypes.h",
                            "plugin/companion/local_companion.cpp",
                            "plugin/domain/statement_observation.cpp",
                            "plugin/subscriptions/notification.cpp"};
    const bool mayForget = startsWithAny(file.path, {"tests/", "adapters/simulator/"});
    if (!file.isCpp() || mayForget || kMay.contains(file.path)) return "";
    return eachLine(file, [](const std::string& line) {
        return line.find("relative()") == std::string::npos
                   ? ""
                   : "compare references by fhir::ServerAddress";
    });
}

/// Checks that a rule fails one file as expected, passes another, and holds for the source tree.
void check(Rule rule, const File& bad, const Faults& expected, const File& good,
           const Names& paths = {}) {
    CHECK(rule(bad, paths) == expected + "\n");
    CHECK(rule(good, paths).empty());
    static const auto kTree = test::readSourceTree();
    Names inTree;
    for (const auto& file : kTree) inTree.insert(file.path);
    REQUIRE(inTree.contains("tests/tidy_test.cpp"));  // or it is another tree
    Faults faults;
    for (const auto& file : kTree) faults += rule(file, inTree);
    INFO(faults);
    CHECK(faults.empty());
}

}  // namespace

TEST_CASE("tidy: a folder includes only what the table allows", "[tidy]") {
    check(wrongIncludes, {"fhir/r4/a.h", "\n#include \"plugin/b.h\"\n"},
          "fhir/r4/a.h:2: may not include plugin/b.h", {"fhir/r4/a.h", "#include <string>"});
    const auto isRefused = [](const std::string& path, const std::string& include) {
        return !wrongIncludes({path, "#include \"" + include + "\""}, {}).empty();
    };
    CHECK(isRefused("plugin/cds/a.h", "plugin/launch/b.h"));
    CHECK(isRefused("plugin/cds/a.h", "b.h"));
    CHECK(isRefused("plugin/sessions/a.h", "plugin/http_server/server.h"));
    CHECK(isRefused("plugin/check_in/a.h", "plugin/sessions/sessions.h"));
    CHECK(isRefused("plugin/service/a.h", "plugin/cli/verbs.h"));
    CHECK(isRefused("adapters/a.h", "adapters/simulator/ward.h"));
    CHECK(isRefused("adapters/simulator/a.h", "adapters/adapter.h"));
    CHECK(isRefused("fhir/base/a.h", "fhir/r4/flag.h"));
    CHECK_FALSE(isRefused("plugin/cds/a.h", "plugin/cds/b.h"));
    CHECK_FALSE(isRefused("plugin/cds/a.h", "plugin/records/b.h"));
    CHECK_FALSE(isRefused("plugin/main.cpp", "plugin/cli/a.h"));
}

TEST_CASE("tidy: a library is seen by the files that own it alone", "[tidy]") {
    const std::string include = "#include <rapidjson/reader.h>";
    check(escapedLibraries, {"fhir/r4/a.h", include},
          "fhir/r4/a.h:1: may not include rapidjson/reader.h", {"fhir/base/json_a.h", include});
}

TEST_CASE("tidy: a reference is compared together with its server", "[tidy]") {
    check(forgottenServers, {"adapters/a.cpp", "\nif (one.relative() == \"Patient/1\")"},
          "adapters/a.cpp:2: compare references by fhir::ServerAddress",
          {"adapters/a.cpp", "server.findId(one, \"Patient\")"});
}

TEST_CASE("tidy: a line has at most 100 columns", "[tidy]") {
    check(longLines, {"a.h", std::string(101, 'x')}, "a.h:1: 101 columns, more than 100",
          {"a.h", std::string(99, 'x') + "ü"});
}

TEST_CASE("tidy: a vendor is named where vendors belong", "[tidy]") {
    check(vendorNames, {"a.ts", "\nif (Epic_r4)"}, "a.ts:2: epic", {"a.ts", "epicentre"});
    CHECK(vendorNames({"adapters/a.h", "epic"}, {}).empty());
}

TEST_CASE("tidy: SQL is written for both engines", "[tidy]") {
    check(foreignParameters, {"plugin/store/a.cpp", "\nx << \"SELECT 1 WHERE id = ?\", use(a);"},
          "plugin/store/a.cpp:2: write SQL parameters as $1, $2, …",
          {"plugin/store/a.cpp", "x << \"WHERE id = $1\" + (b ? \"\" : \"c\"), use(a);"});
    CHECK_FALSE(foreignParameters({"plugin/store/a.cpp", "\"VALUES (?, ?)\""}, {}).empty());
}

TEST_CASE("tidy: nothing is left for later", "[tidy]") {
    const auto mark = std::string("FIX") + "ME";
    check(unfinishedWork, {"a.ts", "// " + mark}, "a.ts:1: " + mark, {"a.ts", "// fix me"});
}

TEST_CASE("tidy: an error is not swallowed", "[tidy]") {
    const std::string start = "\ntry {} catch (...)";
    check(emptyCatches, {"a.h", start + " {\n // why\n}"}, "a.h:2: swallows every error",
          {"a.h", start + " { ++failures; }"});
}

TEST_CASE("tidy: a file has at most 500 lines, a README.md 40", "[tidy]") {
    check(longFiles, {"a.ts", std::string(501, '\n')}, "a.ts:1: 501 lines, more than 500",
          {"a.ts", std::string(500, '\n')});
    CHECK_FALSE(longFiles({"fhir/README.md", std::string(41, '\n')}, {}).empty());
}

TEST_CASE("tidy: a folder with sources is told of in a README.md", "[tidy]") {
    check(untoldFolders, {"fhir/r4/a.h", ""}, "fhir/r4/a.h:1: no README.md above", {"a.h", ""},
          {"README.md", "plugin/README.md"});
    CHECK(untoldFolders({"fhir/r4/a.h", ""}, {"fhir/README.md"}).empty());
}

TEST_CASE("tidy: what git does not track is nobody's business", "[tidy]") {
    const test::TemporaryFolder folder;
    folder.write("kept.h", "#pragma once\n");
    folder.write("picture.png", std::string("\0", 1));
    folder.write("site.json", "{}\n");
    const auto git = "git -C '" + folder.path() + "' ";
    REQUIRE(std::system((git + "init --quiet && " + git + "add kept.h picture.png").c_str()) == 0);

    const auto tree = test::readSourceTree(folder.path());

    REQUIRE(tree.size() == 1);
    CHECK(tree.front().path == "kept.h");
    CHECK(tree.front().text == "#pragma once\n");
}

TEST_CASE("tidy: tests mirror the tree", "[tidy]") {
    check(strayTests, {"tests/fhir/a_test.cpp", ""},
          "tests/fhir/a_test.cpp:1: there is no fhir/a.cpp", {"tests/fhir/b_test.cpp", ""},
          {"fhir/b.cpp"});
    CHECK(strayTests({"tests/fhir/b_c_test.cpp", ""}, {"fhir/b.cpp"}).empty());
    CHECK_FALSE(strayTests({"tests/fhir/bc_test.cpp", ""}, {"fhir/b.cpp"}).empty());
}

}  // namespace tidy_test
