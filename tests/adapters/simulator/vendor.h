#pragma once

#include <deque>

#include "tests/adapters/simulator/requests.h"
#include "tests/support/text.h"

namespace test {

/// A vendor's made-up hospital, with the requests of a client that knows the vendor's FHIR.
struct Vendor {
    explicit Vendor(const std::string& vendor, int patients = 24)
        : simulator(withVendor(vendor, patients)), ward(simulator.ward()) {}

    static adapters::simulator::Options withVendor(const std::string& vendor, int patients) {
        auto given = options(patients);
        given.vendor = vendor;
        return given;
    }

    fhir::http::Response get(const std::string& target, fhir::Headers headers = {}) {
        if (!headers.find("Accept")) headers.set("Accept", "application/fhir+json");
        return ask(simulator, "GET", target, {}, headers);
    }
    fhir::http::Response post(const std::string& target, const std::string& body,
                              fhir::Headers headers = {}) {
        headers.set("Accept", "application/fhir+json");
        return ask(simulator, "POST", target, body, headers);
    }
    fhir::http::Response put(const std::string& target, const std::string& body,
                             fhir::Headers headers = {}) {
        headers.set("Accept", "application/fhir+json");
        headers.set("Content-Type", "application/fhir+json");
        return ask(simulator, "PUT", target, body, headers);
    }
    fhir::json::Document read(const std::string& target) {
        const auto response = get(target);
        INFO(target << " " << response.body);
        REQUIRE(response.status == 200);
        return fhir::json::Document::parse(response.body);
    }
    fhir::Bundle search(const std::string& target) {
        kept_.push_back(read(target));  // a bundle's resources are views
        return fhir::Bundle::fromJson(kept_.back().root());
    }
    /// The address of the next page below the base.
    std::string next(const std::string& target) {
        const auto link = search(target).next.value_or("http://ehr.example/fhir");
        return link.substr(std::string("http://ehr.example/fhir").size());
    }
    const std::string& patient() const { return ward.patients.at(0); }
    /// "Encounter/…" of the first patient's stay.
    std::string encounter() {
        for (const auto& entry : search("/Encounter?patient=" + patient()).entry)
            if (entry.resourceType == "Encounter") return "Encounter/" + entry.id;
        FAIL("the patient has no encounter");
        return {};
    }
    bool offers(const std::string& type, const std::string& interaction) {
        return fhir::CapabilityStatement::fromJson(read("/metadata").root())
            .supports(type, interaction);
    }

    adapters::simulator::Simulator simulator;
    adapters::simulator::WardSummary ward;

private:
    std::deque<fhir::json::Document> kept_;
};

/// The first identifier of a statement that tests write.
inline constexpr const char* kIdentifier =
    R"("identifier":[{"system":"urn:ietf:rfc:3986",)"
    R"("value":"urn:uuid:3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10"}])";

/// "system|code" as a coding.
inline std::string coding(const std::string& row) {
    const auto bar = row.find('|');
    return R"({"system":")" + row.substr(0, bar) + R"(","code":")" + row.substr(bar + 1) + "\"}";
}

inline std::string observation(const Vendor& vendor, const std::string& encounter,
                               const std::string& row, const std::string& category) {
    return std::string(R"({"resourceType":"Observation",)") + kIdentifier +
           R"(,"status":"final","category":[{"coding":[{"system":
           "http://terminology.hl7.org/CodeSystem/observation-category","code":")" +
           category + R"("}]}],"code":{"coding":[)" + coding(row) +
           R"(]},"subject":{"reference":")" + vendor.patient() +
           R"("},"encounter":{"reference":")" + encounter +
           R"("},"effectiveDateTime":"2026-03-10T09:30:00+01:00","valueString":"The sea."})";
}

inline std::string document(const Vendor& vendor, const std::string& encounter) {
    return std::string(R"({"resourceType":"DocumentReference",)") + kIdentifier +
           R"(,"status":"current","docStatus":"final","type":{"coding":[
        {"system":"http://loinc.org",
           "code":"34133-9"}]},"subject":{"reference":")" +
           vendor.patient() + R"("},"author":[{"reference":")" + vendor.ward.practitioner +
           R"("}],"content":[{"attachment":{"contentType":"text/plain","data":"VGhlIHNlYS4="}}],
           "context":{"encounter":[{"reference":")" +
           encounter +
           R"("}],"period":{"start":"2026-03-10T09:30:00Z","end":"2026-03-10T09:30:00Z"}}})";
}

inline std::string answers(const Vendor& vendor) {
    return R"({"resourceType":"QuestionnaireResponse","questionnaire":
        "https://hospital.example/fhir/Questionnaire/what-matters","status":"completed",
        "subject":{"reference":")" +
           vendor.patient() +
           R"("},"item":[{"linkId":"what-matters","answer":[{"valueString":"The sea."}]}]})";
}

}  // namespace test
