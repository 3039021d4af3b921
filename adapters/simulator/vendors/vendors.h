#pragma once

#include "adapters/simulator/behaviour.h"

namespace adapters::simulator::vendors {

// Each file names the section of the vendor facts that its behaviour comes from, with the grade of
// each fact: V the vendor's own page or code, M recorded from a live server, C read in open source,
// T told by a third party, G general knowledge. If nothing is known, the stricter of the likely
// behaviours is used, so that a rehearsal is not easier than the hospital.

Behaviour athenahealth();
Behaviour azure();
Behaviour eclinicalworks();
Behaviour epic();
Behaviour google();
Behaviour healthlake();
Behaviour intersystems();
Behaviour meditech();
Behaviour meditechStu6();
Behaviour medplum();
Behaviour nextgen();
Behaviour nhs();
Behaviour openemr();
Behaviour openmrs();
Behaviour oracleHealth();

// --- what several of them need ----------------------------------------------------------------

/// An id of `length` characters of `alphabet`, derived from type and plain id.
std::string scrambled(std::string_view type, std::string_view plain, std::size_t length,
                      std::string_view alphabet);
std::string uuidFor(std::string_view type, std::string_view plain);

[[noreturn]] void refuse(int status, const std::string& why, const std::string& path = {});
/// Throws a refusal with `status` if one of the elements ("context.period") is missing.
void require(const fhir::json::Value& body, int status, const NameList& elements);
bool has(const fhir::json::Value& body, std::string_view path);
/// Whether a CodeableConcept, or one of several, has a coding with this code (and system).
bool hasCode(const fhir::json::Value& concepts, std::string_view code,
             std::string_view system = {});
/// Codes of the vital signs profile (R4, vital signs, table of magic values).
bool isVitalSign(const fhir::json::Value& code);
/// The values of one parameter, which may be repeated, each time with several values between
/// commas.
std::vector<std::string> valuesOf(const fhir::Query& query, std::string_view name);

}  // namespace adapters::simulator::vendors
