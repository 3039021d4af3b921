#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/adapter.h"
#include "adapters/simulator/simulator.h"
#include "fhir/r4/date_time.h"
#include "tests/support/thrown.h"

namespace test {

inline const fhir::Url kBase = fhir::Url::parse("http://ehr.example/fhir");
inline const fhir::Instant kNow = fhir::DateTime::parse("2026-03-10T10:00:00Z").earliest();

inline fhir::Clock clockAt(fhir::Instant instant) {
    fhir::Clock clock;
    clock.now = [instant] { return instant; };
    return clock;
}

/// Records every request; a test may answer it instead of the server.
class Wire : public fhir::http::Transport {
public:
    using Handler = std::function<fhir::http::Response(const fhir::http::Request&)>;
    explicit Wire(Handler given) : handler(std::move(given)) {}

    fhir::http::Response send(const fhir::http::Request& request,
                              fhir::Deadline deadline) override {
        {
            const std::lock_guard lock(mutex_);
            requests.push_back(request);
            deadlines.push_back(deadline);
        }
        return handler(request);
    }
    /// How many requests had this method and a path that ends with `pathEnd`.
    int count(const std::string& method, const std::string& pathEnd) const {
        int number = 0;
        for (const auto& one : requests)
            if (one.method == method && one.url.path.ends_with(pathEnd)) ++number;
        return number;
    }

    Handler handler;
    std::vector<fhir::http::Request> requests;
    std::vector<fhir::Deadline> deadlines;  ///< of the requests, in their order

private:
    std::mutex mutex_;
};

inline fhir::http::Response answer(int status, std::string body = {}) {
    return {status, {{"Content-Type", "application/fhir+json"}}, std::move(body)};
}

/// A searchset of these resources; `include:` before one marks it as an include.
inline std::string searchset(const std::vector<std::string>& resources) {
    std::string entries;
    for (const auto& one : resources) {
        const bool include = one.starts_with("include:");
        entries += std::string(entries.empty() ? "" : ",") + R"({"resource":)" +
                   (include ? one.substr(8) : one) + R"(,"search":{"mode":")" +
                   (include ? "include" : "match") + R"("}})";
    }
    return R"({"resourceType":"Bundle","type":"searchset","entry":[)" + entries + "]}";
}

/// A client of a server that the test plays itself.
struct Scripted {
    /// `aliases`: other addresses of the server.
    explicit Scripted(Wire::Handler handler,
                      adapters::Profile profile = adapters::vendorProfile("generic"),
                      std::vector<fhir::Url> aliases = {})
        : wire(std::move(handler)),
          adapter(adapters::makeAdapter(std::move(profile),
                                        fhir::Client(wire, options(std::move(aliases))))) {}
    static fhir::ClientOptions options(std::vector<fhir::Url> aliases = {}) {
        fhir::ClientOptions result;
        result.base = kBase;
        result.aliases = std::move(aliases);
        return result;
    }
    Wire wire;
    std::unique_ptr<adapters::Adapter> adapter;
};

/// The made-up hospital and a client of it.
struct Hospital {
    explicit Hospital(int patients = 24,
                      adapters::Profile profile = adapters::vendorProfile("generic"))
        : simulator({.base = kBase, .patients = patients, .seed = 1, .clock = clockAt(kNow)}),
          client([this](const fhir::http::Request& request) { return real(request); },
                 std::move(profile)) {}

    fhir::http::Response real(const fhir::http::Request& request) {
        return simulator.send(request, {});
    }
    const adapters::Adapter& adapter() const { return *client.adapter; }
    Wire& wire() { return client.wire; }
    adapters::Worklist worklist() const {
        return adapter().worklist({.source = "encounter-search", .location = "Location/ward-7"});
    }

    adapters::simulator::Simulator simulator;
    Scripted client;
};

/// Keeps what it is given, as the product's store does.
class MemoryCompanion : public adapters::Companion {
public:
    std::string keep(const adapters::Authored& authored) override {
        kept.push_back(authored);
        return "Observation/kept-" + std::to_string(kept.size());
    }
    std::vector<adapters::Authored> kept;
};

inline constexpr const char* kStatementUrn = "urn:uuid:3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10";

/// A statement as the product writes it (DESIGN, section 5).
inline fhir::Observation statementObservation(const std::string& words = "I want to see the sea.") {
    fhir::Observation observation;
    observation.language = "en";
    observation.identifier = {{{}, "urn:ietf:rfc:3986", kStatementUrn}};
    observation.status = "final";
    observation.category = {{{{"http://hl7.org/fhir/us/core/CodeSystem/us-core-category",
                               "care-experience-preference",
                               {}}},
                             {}}};
    observation.code = {{{"http://loinc.org", "95541-9", {}}, {"http://loinc.org", "81363-4", {}}},
                        "What matters to me"};
    observation.subject = {"Patient/patient-1", {}, {}};
    observation.encounter = {"Encounter/stay-1", {}, {}};
    observation.effectiveDateTime = fhir::DateTime::parse("2026-03-10T09:30:00Z");
    observation.performer = {{"Patient/patient-1", {}, {}}};
    observation.valueString = words;
    return observation;
}

inline fhir::Flag teamFlag(const std::string& subject = "Organization/ward-7-team") {
    fhir::Flag flag;
    flag.identifier = {{{}, "urn:ietf:rfc:3986", kStatementUrn}};
    flag.status = "active";
    flag.code = {{{"https://whatmatters.example/fhir/CodeSystem/team-flag", "strain", {}}}, {}};
    flag.subject = {subject, {}, {}};
    return flag;
}

template <class Problems>
std::string texts(const Problems& problems) {
    std::string all;
    for (const auto& one : problems) all += one.path + " " + one.text + "\n";
    return all;
}

}  // namespace test
