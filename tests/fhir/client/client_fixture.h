#pragma once

#include <string>
#include <vector>

#include "fhir/client/client.h"
#include "fhir/r4/patient.h"

namespace test {

inline fhir::ClientOptions optionsFor(const std::string& base = "https://ehr.example/api/FHIR/R4") {
    fhir::ClientOptions options;
    options.base = fhir::Url::parse(base);
    return options;
}

inline fhir::ClientOptions withToken(const std::string& base = "https://ehr.example/api/FHIR/R4") {
    auto options = optionsFor(base);
    options.authorization = [] { return fhir::Secret("Bearer made-up-token"); };
    return options;
}

inline std::string patient(const std::string& id) {
    return R"({"resourceType":"Patient","id":")" + id + "\"}";
}

/// A page of a search: its next link ("" for none) and its entries' resources.
inline std::string page(const std::string& next, const std::vector<std::string>& resources) {
    std::string text = R"({"resourceType":"Bundle","type":"searchset")";
    if (!next.empty()) text += R"(,"link":[{"relation":"next","url":")" + next + "\"}]";
    text += ",\"entry\":[";
    for (std::size_t i = 0; i < resources.size(); ++i)
        text += (i == 0 ? "" : ",") + std::string(R"({"resource":)") + resources[i] + "}";
    return text + "]}";
}

/// The ids of the patients that a search gave, in their order.
struct Found {
    std::string ids;
    void operator()(const fhir::BundleEntry& entry) { ids += entry.read<fhir::Patient>().id + " "; }
};

}  // namespace test
