#pragma once

#include <string>
#include <vector>

/// One or more valid resources of each type that is read from an EHR, with the elements that are
/// used and others beside them. All people in them are made up.
namespace test::whole {

inline const std::string kPatient = R"({
    "resourceType": "Patient", "id": "p-1", "language": "en",
    "meta": {"versionId": "3", "lastUpdated": "2026-03-07T08:15:00Z"},
    "text": {"status": "generated", "div": "<div>Made up</div>"},
    "active": true,
    "identifier": [{"use": "usual", "type": {"coding": [{"system": "s", "code": "MR"}],
                    "text": "MRN"}, "system": "urn:oid:1.2.3", "value": "MADE-UP-1",
                    "period": {"start": "2020"}},
                   {"system": "urn:oid:1.2.4", "value": "MADE-UP-2"}],
    "name": [{"use": "official", "text": "Dr. Ama Test", "family": "Test",
              "given": ["Ama", "Efua"], "prefix": ["Dr."], "suffix": ["PhD"]},
             {"use": "maiden", "family": "Before"}],
    "telecom": [{"system": "phone", "value": "555-0103", "rank": 1}],
    "gender": "female", "birthDate": "1941-05-01",
    "deceasedBoolean": false,
    "maritalStatus": {"text": "Widowed"},
    "contact": [{"relationship": [{"text": "Partner"}], "name": {"text": "Made Up"}}],
    "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "fr",
                                                "display": "French"}], "text": "French"}},
                      {"language": {"coding": [{"code": "tw"}]}, "preferred": true}],
    "generalPractitioner": [{"reference": "Practitioner/n-1"}],
    "managingOrganization": {"reference": "Organization/o-1"},
    "link": [{"other": {"reference": "Patient/p-0", "type": "Patient", "display": "Old record"},
              "type": "replaces"}]})";

inline const std::string kPatientWhoDied = R"({
    "resourceType": "Patient", "id": "p-2", "name": [{"family": "Test"}],
    "deceasedDateTime": "2026-03-07T08:15:00+01:00"})";

inline const std::string kEncounter = R"({
    "resourceType": "Encounter", "id": "e-1", "language": "en",
    "meta": {"versionId": "7", "lastUpdated": "2026-03-07T08:15:00Z", "profile": ["http://p"],
             "security": [{"system": "s", "code": "N", "display": "normal"}],
             "tag": [{"system": "t", "code": "x"}]},
    "contained": [{"resourceType": "Location", "id": "bed", "name": "Bed 4"}],
    "identifier": [{"system": "s", "value": "visit-1"}],
    "status": "in-progress",
    "statusHistory": [{"status": "arrived", "period": {"start": "2026-03-01"}}],
    "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP",
              "display": "inpatient"},
    "type": [{"text": "Ward stay"}],
    "subject": {"reference": "Patient/p-1", "type": "Patient", "display": "Ama Test",
                "identifier": {"system": "s", "value": "MADE-UP-1"}},
    "participant": [{"individual": {"reference": "Practitioner/n-1"}}],
    "period": {"start": "2026-03-01T10:00:00+01:00", "end": "2026-03-31T10:00:00+01:00"},
    "hospitalization": {"admitSource": {"text": "home"}},
    "location": [{"location": {"reference": "Location/hall", "display": "Hall"},
                  "status": "completed", "period": {"start": "2026-03-01", "end": "2026-03-02"}},
                 {"location": {"reference": "#bed"}, "status": "active",
                  "period": {"start": "2026-03-02T10:00:00Z", "end": "2026-03-30T10:00:00Z"},
                  "physicalType": {"text": "bed"}}],
    "serviceProvider": {"reference": "Organization/o-1"},
    "partOf": {"reference": "Encounter/e-0", "display": "The stay"}})";

inline const std::string kStatement = R"({
    "resourceType": "Observation", "id": "o-1", "language": "en",
    "meta": {"versionId": "1", "lastUpdated": "2026-03-07T08:15:00Z",
             "security": [{"system": "s", "code": "N", "display": "normal"}]},
    "contained": [{"resourceType": "RelatedPerson", "id": "kin",
                   "name": [{"text": "Kofi Test", "use": "usual"}]}],
    "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/observation-replaces",
                   "valueReference": {"reference": "Observation/o-0", "display": "Before"}},
                  {"url": "http://example.org/other", "valueString": "x"}],
    "identifier": [{"system": "urn:ietf:rfc:3986",
                    "value": "urn:uuid:11111111-2222-4333-8444-555555555555"}],
    "basedOn": [{"reference": "CarePlan/c-1"}],
    "status": "final",
    "category": [{"coding": [{"system": "s", "code": "survey", "display": "Survey"}]},
                 {"text": "Preference"}],
    "code": {"coding": [{"system": "http://loinc.org", "code": "95541-9", "display": "Care"},
                        {"system": "http://loinc.org", "code": "81363-4"}],
             "text": "What matters to me"},
    "subject": {"reference": "Patient/p-1", "display": "Ama Test"},
    "focus": [{"reference": "Patient/p-1", "display": "Ama Test"}],
    "encounter": {"reference": "Encounter/e-1", "display": "Ward 7"},
    "effectiveDateTime": "2026-03-07T08:15:00+01:00", "issued": "2026-03-07T08:16:00Z",
    "performer": [{"reference": "#kin"},
                  {"reference": "Practitioner/n-1", "type": "Practitioner", "display": "A. Nurse",
                   "identifier": {"system": "s", "value": "n-1", "use": "official"}}],
    "valueString": "Tea before breakfast.",
    "_valueString": {"extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/language", "valueCode": "tw"}]},
    "interpretation": [{"text": "new"}],
    "note": [{"text": "Said to the night nurse", "time": "2026-03-07T08:15:00Z",
              "authorString": "A. Nurse"}],
    "method": {"text": "In person", "coding": [{"code": "m"}]},
    "hasMember": [{"reference": "Observation/o-9"}],
    "derivedFrom": [{"reference": "QuestionnaireResponse/q-1", "display": "Answers"}],
    "component": [{"code": {"text": "a"}, "valueString": "x"}]})";

inline const std::string kCodedStatement = R"({
    "resourceType": "Observation", "id": "o-2", "status": "amended", "code": {"text": "x"},
    "subject": {"reference": "Patient/p-1"},
    "effectivePeriod": {"start": "2026-03-07", "end": "2026-03-08"},
    "valueCodeableConcept": {"coding": [{"code": "c", "display": "The garden"}],
                             "text": "The garden"}})";

inline const std::string kDeclined = R"({
    "resourceType": "Observation", "id": "o-3", "language": "en", "status": "final",
    "code": {"text": "x"},
    "subject": {"reference": "Patient/p-1"}, "effectiveInstant": "2026-03-07T08:15:00Z",
    "dataAbsentReason": {"coding": [{"system": "s", "code": "asked-declined"}],
                         "text": "Declined"}})";

inline const std::string kLocation = R"({
    "resourceType": "Location", "id": "bed-3", "status": "active", "name": "Bed 3",
    "alias": ["Window bed"], "mode": "instance", "physicalType": {"text": "bed"},
    "partOf": {"reference": "Location/ward-7", "display": "Ward 7"}})";

inline const std::string kList = R"({
    "resourceType": "List", "id": "l-1", "status": "current", "mode": "working", "title": "Ward 7",
    "date": "2026-03-07T08:15:00Z", "source": {"reference": "Practitioner/n-1"},
    "entry": [{"item": {"reference": "Patient/p-1", "display": "Ama Test"}, "deleted": false,
               "date": "2026-03-07"},
              {"item": {"reference": "Patient/p-2"}, "deleted": true}]})";

inline const std::string kGroup = R"({
    "resourceType": "Group", "id": "g-1", "active": true, "type": "person", "actual": true,
    "name": "Ward 7", "quantity": 2,
    "member": [{"entity": {"reference": "Patient/p-1", "display": "Ama Test"},
                "period": {"start": "2026-03-01", "end": "2026-03-31"}, "inactive": false},
               {"entity": {"reference": "Patient/p-2"}, "inactive": true}]})";

inline const std::string kAppointment = R"({
    "resourceType": "Appointment", "id": "a-1", "status": "booked", "description": "Made up",
    "serviceType": [{"text": "Memory clinic"}], "start": "2026-03-07T09:00:00+01:00",
    "end": "2026-03-07T09:30:00+01:00",
    "participant": [{"actor": {"reference": "Patient/p-1", "display": "Ama Test"},
                     "status": "accepted", "type": [{"text": "attender"}]},
                    {"actor": {"reference": "Practitioner/n-1"}, "status": "accepted"}]})";

inline const std::string kPractitionerRole = R"({
    "resourceType": "PractitionerRole", "id": "r-1", "active": true,
    "practitioner": {"reference": "Practitioner/n-1", "display": "A. Nurse"},
    "organization": {"display": "Ward 7"}, "code": [{"text": "Nurse"}]})";

inline const std::string kQuestionnaireResponse = R"({
    "resourceType": "QuestionnaireResponse", "id": "q-1", "language": "tw",
    "meta": {"security": [{"system": "s", "code": "N"}]},
    "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1"},
    "questionnaire": "https://example.org/Questionnaire/now|1", "status": "completed",
    "subject": {"reference": "Patient/p-1", "display": "Ama Test"},
    "encounter": {"reference": "Encounter/e-1"}, "authored": "2026-03-07T08:15:00Z",
    "author": {"reference": "Practitioner/n-1"},
    "source": {"reference": "RelatedPerson/k-1", "display": "Kofi Test"},
    "item": [{"linkId": "now", "text": "What matters now?",
              "answer": [{"valueString": "The cat", "item": [
                  {"linkId": "sure", "answer": [{"valueBoolean": true}]}]},
                         {"valueCoding": {"system": "s", "code": "g", "display": "The garden"}}]},
             {"linkId": "more", "item": [{"linkId": "when", "answer": [
                 {"valueDate": "2026-03-07"}]}]}]})";

inline const std::string kDocumentReference = R"({
    "resourceType": "DocumentReference", "id": "d-1", "language": "tw",
    "meta": {"security": [{"system": "s", "code": "N"}]},
    "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1"}],
    "status": "current", "docStatus": "final", "type": {"text": "Note"},
    "category": [{"text": "clinical-note"}],
    "subject": {"reference": "Patient/p-1", "display": "Ama Test"},
    "date": "2026-03-07T08:15:00Z", "author": [{"reference": "Practitioner/n-1", "display": "A."}],
    "custodian": {"reference": "Organization/o-1"},
    "relatesTo": [{"code": "replaces",
                   "target": {"reference": "DocumentReference/d-0", "display": "Before"}}],
    "description": "What matters to me", "securityLabel": [{"coding": [{"code": "R"}]}],
    "content": [{"attachment": {"contentType": "text/plain", "language": "tw", "data": "Q2hhaQ==",
                                "url": "Binary/b-1", "size": 4, "title": "What matters",
                                "creation": "2026-03-07", "hash": "x"},
                 "format": {"code": "plain"}}],
    "context": {"encounter": [{"reference": "Encounter/e-1", "display": "Ward 7"}],
                "period": {"start": "2026-03-07", "end": "2026-03-08"},
                "facilityType": {"text": "hospital"}}})";

inline const std::string kCommunication = R"({
    "resourceType": "Communication", "id": "c-1", "language": "tw",
    "meta": {"security": [{"system": "s", "code": "N"}]},
    "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1"}],
    "status": "completed", "category": [{"text": "x"}], "priority": "routine",
    "subject": {"reference": "Patient/p-1", "display": "Ama Test"}, "topic": {"text": "Matters"},
    "encounter": {"reference": "Encounter/e-1"}, "sent": "2026-03-07T08:15:00Z",
    "received": "2026-03-07T08:15:00Z",
    "recipient": [{"reference": "CareTeam/t-1", "display": "Team"}],
    "sender": {"reference": "Patient/p-1"},
    "payload": [{"contentString": "The cat"},
                {"contentAttachment": {"contentType": "text/plain", "data": "Q2hhaQ=="}}],
    "note": [{"text": "Read aloud"}]})";

inline const std::string kTask = R"({
    "resourceType": "Task", "id": "t-1", "language": "tw",
    "meta": {"security": [{"system": "s", "code": "N"}]},
    "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1"}],
    "status": "requested", "intent": "proposal", "priority": "routine",
    "code": {"coding": [{"system": "http://loinc.org", "code": "95541-9"}], "text": "Matters"},
    "description": "The cat", "focus": {"reference": "Observation/o-1"},
    "for": {"reference": "Patient/p-1", "display": "Ama Test"},
    "encounter": {"reference": "Encounter/e-1"}, "authoredOn": "2026-03-07T08:15:00Z",
    "lastModified": "2026-03-07T08:15:00Z", "requester": {"reference": "Device/w"},
    "owner": {"reference": "CareTeam/t-1", "display": "Team"},
    "note": [{"text": "Said by Kofi Test"}],
    "input": [{"type": {"text": "words"}, "valueString": "x"}]})";

inline const std::string kFlag = R"({
    "resourceType": "Flag", "id": "f-1", "meta": {"security": [{"system": "s", "code": "N"}]},
    "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:1"}],
    "status": "active", "category": [{"text": "admin"}],
    "code": {"coding": [{"system": "s", "code": "strain"}], "text": "Strain"},
    "subject": {"reference": "Organization/o-1", "display": "Ward 7"},
    "period": {"start": "2026-03-07", "end": "2026-03-08"},
    "author": {"reference": "Device/w", "display": "W"}})";

inline const std::string kProvenance = R"({
    "resourceType": "Provenance", "id": "v-1",
    "meta": {"security": [{"system": "s", "code": "N"}]},
    "target": [{"reference": "Observation/o-1", "display": "Words"}],
    "occurredDateTime": "2026-03-07T08:15:00Z", "recorded": "2026-03-07T08:16:00Z",
    "policy": ["https://example.org/policy"], "location": {"reference": "Location/l"},
    "reason": [{"text": "why"}], "activity": {"text": "create"},
    "agent": [{"type": {"text": "enterer"}, "role": [{"text": "nurse"}],
               "who": {"reference": "Practitioner/n-1", "display": "A. Nurse"},
               "onBehalfOf": {"reference": "Organization/o-1"}}],
    "entity": [{"role": "revision", "what": {"reference": "Observation/o-0"}}],
    "signature": [{"who": {"display": "x"}}]})";

/// All of the above, in one list.
inline std::vector<std::string> all() {
    return {kPatient,
            kPatientWhoDied,
            kEncounter,
            kStatement,
            kCodedStatement,
            kDeclined,
            kLocation,
            kList,
            kGroup,
            kAppointment,
            kPractitionerRole,
            kQuestionnaireResponse,
            kDocumentReference,
            kCommunication,
            kTask,
            kFlag,
            kProvenance};
}

}  // namespace test::whole
