#include "plugin/cds/prefetch.h"

namespace prefetch_test {

using plugin::cds::Prefetch;
using plugin::cds::prefetchOf;

TEST_CASE("prefetch: a key is left out, empty, failed or given", "[cds]") {
    const auto [json, state] = GENERATE(table<std::string, Prefetch::State>({
        {R"({})", Prefetch::State::Absent},
        {R"({"prefetch":null})", Prefetch::State::Absent},
        {R"({"prefetch":{"other":{}}})", Prefetch::State::Absent},
        {R"({"prefetch":{"x":null}})", Prefetch::State::Null},
        {R"({"prefetch":{"x":{"resourceType":"OperationOutcome"}}})", Prefetch::State::Failed},
        {R"({"prefetch":{"x":"<html>an error page</html>"}})", Prefetch::State::Failed},
        {R"({"prefetch":{"x":[]}})", Prefetch::State::Failed},
        {R"({"prefetch":{"x":{"resourceType":"Patient"}}})", Prefetch::State::Given},
    }));
    const auto document = fhir::json::Document::parse(json);

    const auto found = prefetchOf(document.root(), "x");

    INFO(json);
    CHECK(found.state == state);
    CHECK(found.resource.has_value() == (state == Prefetch::State::Given));
}

}  // namespace prefetch_test
