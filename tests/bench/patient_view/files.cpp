// Writes what bench_patient_view needs into a folder: a site whose one caller signs, its keys, a
// signed token, a call with a full prefetch, and wrk's script. `bench_patient_view_files FOLDER`.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

#include "fhir/base/random.h"
#include "fhir/smart/jwk_set.h"
#include "fhir/smart/jws.h"
#include "fhir/smart/jwt.h"

namespace {

constexpr const char* kIssuer = "https://ehr.example/fhir";
constexpr const char* kAddress = "http://127.0.0.1:8080/cds-services/what-matters";

void write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

/// 22 made-up sayings, as an EHR would prefetch them.
std::string statements(fhir::Instant now) {
    std::string entries;
    for (int i = 0; i < 22; ++i) {
        const auto said = std::to_string(1 + i);
        entries +=
            (i == 0 ? "" : ",") +
            std::string(R"({"fullUrl":"http://127.0.0.1:9/fhir/Observation/o)") + said +
            R"(","search":{"mode":"match"},"resource":{"resourceType":"Observation","id":"o)" +
            said +
            R"(","meta":{"versionId":"1","lastUpdated":"2026-03-01T08:15:00Z"},)"
            R"("status":"final","category":[{"coding":[{"system":)"
            R"("http://terminology.hl7.org/CodeSystem/observation-category","code":"survey"}]},)"
            R"({"coding":[{"system":"http://hl7.org/fhir/us/core/CodeSystem/us-core-category",)"
            R"("code":"care-experience-preference"}]}],"code":{"coding":[{"system":)"
            R"("http://loinc.org","code":"95541-9"},{"system":"http://loinc.org","code":)"
            R"("81363-4"}],"text":"What matters to me"},"subject":{"reference":)"
            R"("Patient/patient-1"},"effectiveDateTime":"2026-01-)" +
            (i < 9 ? "0" + said : said) +
            R"(T08:15:00Z","performer":[{"reference":"Patient/patient-1"}],"valueString":)"
            R"("I want to be at home when the apple tree is in bloom, number )" +
            said + R"(."}})";
    }
    const auto today = std::to_string(fhir::smart::toNumericDate(now) / 86400);
    return R"({"resourceType":"Bundle","id":"d)" + today +
           R"(","type":"searchset","total":22,"entry":[)" + entries + "]}";
}

std::string call(fhir::Instant now) {
    return R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)"
           R"("context":{"userId":"Practitioner/1","patientId":"patient-1"},"prefetch":{)"
           R"("patient":{"resourceType":"Patient","id":"patient-1","name":[{"family":"Okonkwo",)"
           R"("given":["Amara"]}],"gender":"female","birthDate":"1944-02-29"},)"
           R"("encounter":null,"statements":)" +
           statements(now) + "}}";
}

}  // namespace

int main(int count, char** words) {
    if (count != 2) {
        std::fputs("usage: bench_patient_view_files FOLDER\n", stderr);
        return 2;
    }
    const std::string folder = std::string(words[1]) + "/";
    namespace smart = fhir::smart;
    const auto now = std::chrono::system_clock::now();
    const auto key = smart::Key::generate(smart::Algorithm::ES384);
    const auto at = [&](int minutes) {
        return std::to_string(smart::toNumericDate(now + std::chrono::minutes(minutes)));
    };
    const auto token = smart::sign({smart::Algorithm::ES384, "k", "JWT", ""},
                                   R"({"iss":")" + std::string(kIssuer) + R"(","aud":")" +
                                       kAddress + R"(","exp":)" + at(600) + R"(,"iat":)" + at(0) +
                                       R"(,"jti":")" + fhir::randomUuid() + "\"}",
                                   key);
    const auto body = call(now);
    write(folder + "keys.json", smart::JwkSet({{key, "k", smart::Algorithm::ES384}}).toJson());
    write(folder + "call.json", body);
    write(folder + "token", token);
    write(folder + "site.json",
          R"({"development":true,"service":{"publicUrl":"http://127.0.0.1:8080",)"
          R"("listen":"127.0.0.1:0"},"operations":{"listen":"127.0.0.1:0"},)"
          R"("store":{"engine":"sqlite","path":"bench.db"},)"
          R"("connections":[{"id":"ehr","vendor":"generic","fhirBase":"http://127.0.0.1:9/fhir",)"
          R"("auth":{"method":"none"},"units":[],"cds":{"tokenUse":"until-expiry",)"
          R"("audiences":[")" +
              std::string(kAddress) + R"("],"issuers":[{"iss":")" + kIssuer +
              R"(","jwks":"keys.json"}]}}]})");
    write(folder + "wrk.lua", "wrk.method = 'POST'\nwrk.body = [==[" + body +
                                  "]==]\nwrk.headers['Content-Type'] = 'application/json'\n"
                                  "wrk.headers['Authorization'] = 'Bearer " +
                                  token + "'\n");
    return 0;
}
