#include "tests/bench/bundle_text.h"

namespace bench {

std::string MadeUpResources::next() {
    ++count_;
    const auto id = std::to_string(100000 + count_);
    return count_ % 2 == 0 ? observation(id) : encounter(id);
}

std::string MadeUpResources::encounter(const std::string& id) {
    const auto person = pick(4000);
    return R"({"resourceType":"Encounter","id":")" + id +
           R"(","meta":{"versionId":"3","lastUpdated":"2026-03-07T08:15:00.250+00:00",)"
           R"("source":"#AbCd"},"text":{"status":"generated","div":)"
           R"("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Made-up stay of person )" +
           person + " on ward " + pick(9) +
           R"(</p></div>"},"identifier":[{"use":"official","type":{"coding":[{"system":)"
           R"("http://terminology.hl7.org/CodeSystem/v2-0203","code":"VN"}]},)"
           R"("system":"https://ehr.example/visit","value":"V)" +
           id +
           R"("}],"status":"in-progress","class":{"system":)"
           R"("http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP",)"
           R"("display":"inpatient encounter"},"type":[{"coding":[{"system":)"
           R"("http://snomed.info/sct","code":"183452005",)"
           R"("display":"Emergency hospital admission"}],"text":"Ward stay"}],)"
           R"("subject":{"reference":"Patient/)" +
           person + R"(","display":"Test, Person )" + person +
           R"("},"participant":[{"type":[{"coding":[{"system":)"
           R"("http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"ATND"}]}],)"
           R"("individual":{"reference":"Practitioner/)" +
           pick(90) + R"(","display":"Dr Made Up"}}],"period":{"start":"2026-03-0)" +
           std::to_string(1 + random_() % 9) +
           R"(T10:00:00+01:00"},"location":[{"location":{"reference":"Location/bed-)" + pick(300) +
           R"(","display":"Bed )" + pick(30) +
           R"("},"status":"active","period":{"start":"2026-03-02T11:30:00+01:00"}}],)"
           R"("serviceProvider":{"reference":"Organization/o-1"}})";
}

std::string MadeUpResources::observation(const std::string& id) {
    const auto person = pick(4000);
    return R"({"resourceType":"Observation","id":")" + id +
           R"(","meta":{"versionId":"1","lastUpdated":"2026-03-07T08:15:00.250+00:00","profile":[)"
           R"("http://hl7.org/fhir/us/core/StructureDefinition/us-core-care-experience-preference")"
           R"(]},"identifier":[{"system":"urn:ietf:rfc:3986","value":)"
           R"("urn:uuid:11111111-2222-4333-8444-)" +
           std::to_string(100000000000ULL + random_()) +
           R"("}],"status":"final","category":[{"coding":[{"system":)"
           R"("http://terminology.hl7.org/CodeSystem/observation-category","code":"survey",)"
           R"("display":"Survey"}]}],"code":{"coding":[{"system":"http://loinc.org",)"
           R"("code":"95541-9","display":"Care experience preference"},)"
           R"({"system":"http://loinc.org","code":"81363-4"}],"text":"What matters to me"},)"
           R"("subject":{"reference":"Patient/)" +
           person + R"("},"encounter":{"reference":"Encounter/)" + id +
           R"("},"effectiveDateTime":"2026-03-07","issued":"2026-03-07T08:15:00.250Z",)"
           R"("performer":[{"reference":"Patient/)" +
           person + R"("}],"valueString":"Về nhà trước Tết, nếu được; gặp cháu số )" + pick(20) +
           R"( \"mỗi ngày\".","note":[{"text":"Said to the night nurse"}],)"
           R"("method":{"text":"In person"}})";
}

std::string bundleText(std::size_t bytes, unsigned seed) {
    MadeUpResources resources(seed);
    std::string text =
        R"({"resourceType":"Bundle","id":"b","type":"searchset","link":[{"relation":"self",)"
        R"("url":"https://ehr.example/fhir/Encounter"}],"entry":[)";
    while (text.size() < bytes) {
        if (resources.count() > 0) text += ',';
        text += R"({"fullUrl":"https://ehr.example/fhir/)" +
                std::to_string(100001 + resources.count()) + R"(","resource":)" + resources.next() +
                R"(,"search":{"mode":"match"}})";
    }
    return text + "]}";
}

}  // namespace bench
