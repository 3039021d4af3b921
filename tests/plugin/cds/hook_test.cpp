#include "plugin/cds/hook.h"

#include <regex>

#include "tests/support/json_at.h"
#include "tests/support/thrown.h"

namespace hook_test {

using plugin::cds::findService;
using plugin::cds::Hook;
using plugin::cds::services;
using test::at;

namespace {

plugin::cds::HookCall read(const std::string& json, std::size_t service = 0) {
    const auto document = fhir::json::Document::parse(json);
    return plugin::cds::readHookCall(services().at(service), document.root());
}

std::string call(const std::string& context, const std::string& more = {},
                 const std::string& hook = "patient-view") {
    return R"({"hook":")" + hook + R"(","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)" +
           R"("context":{)" + context + "}" + more + "}";
}

const std::string kContext = R"("userId":"Practitioner/1","patientId":"patient-1")";
const std::string kServer = R"(,"fhirServer":"https://ehr.example/fhir")";

std::string authorization(const std::string& members) {
    return kServer + R"(,"fhirAuthorization":{)" + members + "}";
}

}  // namespace

TEST_CASE("hook: every service is on the hook that its id says", "[cds]") {
    CHECK(findService("what-matters") == 0);
    CHECK(findService("what-matters-admission") == 1);
    CHECK(findService("what-matters-discharge") == 2);
    CHECK_FALSE(findService("other"));
    CHECK(services()[0].hook == Hook::PatientView);
    CHECK(services()[1].hook == Hook::EncounterStart);
    CHECK(services()[2].hook == Hook::EncounterDischarge);
}

TEST_CASE("hook: prefetch is asked for in the recommended subset alone", "[cds]") {
    // A read of one resource, or a search by references and by tokens for equality (CDS Hooks
    // 2.0, Prefetch Query Restrictions), with tokens of the context's own fields.
    const std::regex read(R"([A-Z][A-Za-z]+/\{\{context\.(patientId|encounterId)\}\})");
    const std::regex search(R"([A-Z][A-Za-z]+\?patient=\{\{context\.patientId\}\})"
                            R"((&(category|code)=[^&,:]*(:[^&,:]*)?[^&,:]*)*)");
    const auto discovery = fhir::json::Document::parse(plugin::cds::discoveryJson());
    std::size_t templates = 0;
    for (const auto service : discovery.root().at("services").array())
        for (const auto [key, value] : service.at("prefetch").object()) {
            INFO(value.string());
            ++templates;
            CHECK((std::regex_match(value.string(), read) ||
                   std::regex_match(value.string(), search)));
        }

    CHECK(templates == 9);
}

TEST_CASE("hook: a call is read as it is written", "[cds]") {
    const auto bare = read(call(kContext));
    const auto full = read(call(R"("userId":"PractitionerRole/9","patientId":"Patient/p.1",)"
                                R"("encounterId":"e-1")",
                                authorization(R"("access_token":"abc","token_type":"bearer",)"
                                              R"("expires_in":300,"scope":"patient/*.rs",)"
                                              R"("subject":"x","patient":"p.1")")));

    CHECK(bare.patient == "patient-1");
    CHECK(bare.encounter.empty());
    CHECK(read(call(kContext + R"(,"encounterId":"")")).encounter.empty());
    CHECK(bare.fhirServer.empty());
    CHECK_FALSE(bare.accessToken);
    CHECK(full.user == "PractitionerRole/9");
    CHECK(full.patient == "p.1");
    CHECK(full.encounter == "e-1");
    CHECK(full.fhirServer == "https://ehr.example/fhir");
    REQUIRE(full.accessToken.has_value());
    CHECK(full.accessToken->reveal() == "abc");
}

TEST_CASE("hook: what is missing or wrong in a call is named", "[cds]") {
    const auto [json, service, path] = GENERATE(table<std::string, std::size_t, std::string>({
        {"{}", 0, "/hook"},
        {call(kContext, "", "encounter-start"), 0, "/hook"},
        {R"({"hook":"patient-view","context":{}})", 0, "/hookInstance"},
        {R"({"hook":"patient-view","hookInstance":"","context":{}})", 0, "/hookInstance"},
        {call(R"("patientId":"p")"), 0, "/context/userId"},
        {call(R"("userId":"","patientId":"p")"), 0, "/context/userId"},
        {call(R"("userId":"Practitioner/1")"), 0, "/context/patientId"},
        {call(R"("userId":"Practitioner/1","patientId":"a/b")"), 0, "/context/patientId"},
        {call(kContext + R"(,"encounterId":"a b")"), 0, "/context/encounterId"},
        {call(kContext, "", "encounter-start"), 1, "/context/encounterId"},
        {call(kContext + R"(,"encounterId":"")", "", "encounter-start"), 1, "/context/encounterId"},
        {call(kContext, "", "encounter-discharge"), 2, "/context/encounterId"},
        {call(kContext, R"(,"fhirAuthorization":{})"), 0, "/fhirAuthorization"},
        {call(kContext, authorization("")), 0, "/fhirAuthorization/access_token"},
        {call(kContext, authorization(R"("access_token":"","token_type":"Bearer")")), 0,
         "/fhirAuthorization/access_token"},
        {call(kContext, authorization(R"("access_token":"a\r\nb","token_type":"Bearer")")), 0,
         "/fhirAuthorization/access_token"},
        {call(kContext, authorization(R"("access_token":"a","token_type":"MAC")")), 0,
         "/fhirAuthorization/token_type"},
        {call(kContext,
              authorization(R"("access_token":"a","token_type":"Bearer","patient":"other")")),
         0, "/fhirAuthorization/patient"},
    }));

    const auto error =
        test::thrown([&, &text = json, place = service] { static_cast<void>(read(text, place)); });

    CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
    CHECK(error.path() == path);
}

}  // namespace hook_test
