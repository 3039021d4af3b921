#pragma once

#include "tests/support/hospital_fixture.h"

namespace test {

/// Sends one request to a simulator; `target` is below its base.
inline fhir::http::Response ask(adapters::simulator::Simulator& simulator,
                                const std::string& method, const std::string& target,
                                const std::string& body = {}, fhir::Headers headers = {}) {
    if (method == "POST" && !headers.find("Content-Type"))
        headers.set("Content-Type", "application/fhir+json");
    const auto url = fhir::Url::parse("http://ehr.example/fhir" + target);
    return simulator.send({method, url, headers, body}, {});
}

inline fhir::http::Response get(adapters::simulator::Simulator& simulator,
                                const std::string& target) {
    return ask(simulator, "GET", target);
}

inline adapters::simulator::Options options(int patients = 24, std::uint64_t seed = 1,
                                            fhir::Instant now = kNow) {
    return {.base = kBase, .patients = patients, .seed = seed, .clock = clockAt(now)};
}

/// "Type/id" of every entry of the search that has `mode`, in order; its total must be right.
inline std::vector<std::string> found(adapters::simulator::Simulator& simulator,
                                      const std::string& target,
                                      const std::string& mode = "match") {
    const auto response = get(simulator, target);
    INFO(target << " " << response.body);
    REQUIRE(response.status == 200);
    const auto document = fhir::json::Document::parse(response.body);
    std::vector<std::string> result;
    for (const auto& entry : fhir::Bundle::fromJson(document.root()).entry)
        if (entry.mode == mode) result.push_back(entry.resourceType + "/" + entry.id);
    return result;
}

}  // namespace test
