// What an export's manifest says oddly.
#include "fhir/client/bulk_manifest.h"

#include "tests/fhir/client/bulk_export_fixture.h"

namespace bulk_manifest_test {

using Catch::Matchers::Contains;
using namespace test;

TEST_CASE(
    "bulk export: whether files want the token may be said in text; what cannot be read is "
    "taken for our own origin alone",
    "[fhir]") {
    const auto [said, url, goes, problems] = GENERATE(table<std::string, std::string, bool, int>({
        {R"("false")", kFile, false, 0},
        {R"("true")", kFile, true, 0},
        {"7", kFile, true, 1},
        {"{}", "https://files.example/1", false, 1},
    }));
    Export ward;
    ward.started()
        .ready(file(url), R"("requiresAccessToken":)" + said + ",")
        .then(reply(200, patient("a")))
        .ended();

    const auto exported = ward.run();

    INFO(said);
    CHECK(ward.ids == "a ");
    CHECK(ward.withCredential(2) == goes);
    CHECK(exported.issues.size() == static_cast<std::size_t>(problems));
}

TEST_CASE("bulk export: what of the manifest cannot be read costs itself, and is said", "[fhir]") {
    const auto [manifest, ids, path] = GENERATE_COPY(table<std::string, std::string, std::string>({
        {R"("transactionTime":7,"output":[)" + file(kFile) + "]", "a ", "/transactionTime"},
        {R"("output":[{"type":"Patient"},)" + file(kFile) + "]", "a ", "/output/0/url"},
        {R"("output":["x",)" + file(kFile) + "]", "a ", "/output/0"},
        {R"("output":[)" + file(kFile, "\"1\"") + "]", "a ", "/output/0/count"},
        {R"("deleted":{},"output":[)" + file(kFile) + "]", "a ", "/deleted"},
        {R"("request":"x")", "", "/output"},
    }));
    Export ward;
    ward.started().then(reply(200, "{" + manifest + "}"));
    if (!ids.empty()) ward.then(reply(200, patient("a")));
    ward.ended();

    const auto exported = ward.run();

    INFO(manifest);
    CHECK(ward.ids == ids);
    REQUIRE(exported.issues.size() == 1);
    CHECK(exported.issues.front().path == path);
    CHECK_THAT(exported.issues.front().text, Contains("the manifest: " + path));
}

TEST_CASE("bulk export: a remark of the server is no entry that could not be read", "[fhir]") {
    const std::string severity = GENERATE("information", "warning");
    Export ward;
    ward.started().ready("", R"("error":[{"type":"OperationOutcome","url":"files/4"}],)");
    ward.then(reply(200, R"({"resourceType":"OperationOutcome","issue":[{"severity":")" + severity +
                             R"(","code":"informational"}]})"));
    ward.ended();

    CHECK(ward.run().issues.empty());
}

}  // namespace bulk_manifest_test
