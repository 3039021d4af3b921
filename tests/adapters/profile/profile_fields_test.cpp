#include "adapters/profile/profile_fields.h"

#include <algorithm>

#include "adapters/routes/statement_text.h"
#include "adapters/worklist/worklist.h"
#include "tests/support/hospital_fixture.h"

namespace profile_fields_test {

using adapters::Profile;
using adapters::vendorProfile;

namespace {

bool has(const Profile::Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// What is known of a vendor, read apart from its profile (reference of vendors, section 0).
struct Facts {
    const char* vendor;
    bool listsUnits;      ///< Encounter search without a patient
    bool takesStatement;  ///< Observation create of any category
    bool takesFlag;       ///< Flag create
    bool conditional;     ///< conditional create
};

}  // namespace

TEST_CASE("vendors: a profile says of its vendor what is known", "[adapters]") {
    const auto facts = GENERATE(values<Facts>({
        {"athenahealth", false, false, false, false},
        {"azure", true, true, true, true},
        {"eclinicalworks", true, false, false, false},
        {"epic", false, false, false, false},
        {"generic", true, true, true, true},
        {"google", true, true, true, true},
        {"healthlake", true, true, true, true},
        {"intersystems", true, true, true, true},
        {"medplum", true, true, true, true},
        {"meditech", false, false, false, false},
        {"nextgen", false, false, false, false},
        {"nhs", false, false, false, false},
        {"openemr", false, false, false, false},
        {"openmrs", true, true, false, false},
        {"oracle-health", false, false, false, false},
    }));
    INFO(facts.vendor);
    const auto profile = vendorProfile(facts.vendor);

    CHECK(has(profile.worklists, "encounter-search") == facts.listsUnits);
    CHECK(profile.encounterSearchNeedsPatient == !facts.listsUnits);
    CHECK(has(profile.routes, "observation") == facts.takesStatement);
    CHECK(has(profile.routes, "flag") == facts.takesFlag);
    CHECK(profile.conditionalCreate == facts.conditional);
    CHECK(profile.routes.back() == "companion");
    CHECK(has(profile.worklists, "launch-only"));
    for (const char* step : {"write-route", "token"})
        CHECK((profile.hints.count(step) == 1 || profile.vendor == "generic"));
}

TEST_CASE("vendors: every vendor has its row above", "[adapters]") {
    CHECK(adapters::vendorNames().size() == 15);
}

TEST_CASE("vendors: one fact of each that only a field can say", "[adapters]") {
    CHECK(vendorProfile("epic").patientListCode == "patients");
    CHECK(vendorProfile("epic").patientsPerSearch == 1);
    CHECK(vendorProfile("epic").searchableStatuses.empty());
    CHECK_FALSE(vendorProfile("epic").auth.sendsScope);
    CHECK(vendorProfile("epic").observation.categories == Profile::Names{"vital-signs"});
    CHECK(vendorProfile("oracle-health").appointmentDate == "date-time");
    CHECK_FALSE(has(vendorProfile("oracle-health").auth.methods, "client-secret-post"));
    CHECK_FALSE(vendorProfile("oracle-health").document.authorRequired);
    CHECK(vendorProfile("oracle-health").document.authorIsPractitioner);
    CHECK(vendorProfile("oracle-health").communication.payload == "attachment");
    CHECK(vendorProfile("oracle-health").pageSizeMax == 200);
    CHECK(vendorProfile("meditech").pageSizeParameter == "");
    CHECK(vendorProfile("meditech").includes.empty());
    CHECK(vendorProfile("athenahealth").includes == std::vector<std::string>{"patient"});
    CHECK(vendorProfile("athenahealth").requiredQueryParameters == Profile::Names{"ah-practice"});
    CHECK(vendorProfile("eclinicalworks").requestsPerMinute == 250);
    CHECK(vendorProfile("nextgen").pageSizeParameter == "_maxresults");
    CHECK(vendorProfile("openmrs").statementSearches == Profile::Names{"code"});
    CHECK(vendorProfile("openmrs").pageCount() == 100);
    CHECK(vendorProfile("healthlake").idempotencyHeader == "x-amz-fhir-idempotency-key");
    CHECK(vendorProfile("nhs").idempotencyHeader == "X-Request-ID");
    CHECK(vendorProfile("nhs").worklists == Profile::Names{"launch-only"});
}

TEST_CASE("vendors: pages are asked for in the parameter and the size that each takes",
          "[adapters]") {
    for (const auto& name : adapters::vendorNames()) {
        INFO(name);
        const auto profile = vendorProfile(name);
        const test::Scripted ehr([](const auto&) { return test::answer(200, test::searchset({})); },
                                 profile);

        ehr.adapter->statements({"a"});

        if (profile.statementSearches.empty()) continue;
        const auto query = fhir::Query::parse(ehr.wire.requests.at(0).url.query);
        for (const char* parameter : {"_count", "_maxresults"})
            CHECK(query.find(parameter) == (profile.pageSizeParameter == parameter
                                                ? std::optional(std::to_string(profile.pageCount()))
                                                : std::nullopt));
    }
}

}  // namespace profile_fields_test
