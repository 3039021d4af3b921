#pragma once

#include <string>

#include "adapters/simulator/chart.h"

namespace adapters::simulator {

/// The ways in which a hospital can tell who is on a ward besides the encounters: a patient list,
/// a group, today's appointments. And what belongs to them: the staff, the questionnaire.
class WardLists {
public:
    WardLists(ChartWriter& charts, fhir::Instant today) : charts_(charts), today_(today) {}

    void addStaff(fhir::Instant opened);
    /// Asks what matters, in one free text; patients' answers name its url.
    void addQuestionnaire(fhir::Instant opened);
    /// The List, the Group and the appointments of a ward's patients, patient-first to -last.
    void addWard(const std::string& id, const std::string& name, int first, int last);

    /// `identifier` of a ward's List, "system|value".
    static std::string listIdentifier(const std::string& wardId);

private:
    void addAppointment(const std::string& wardId, const std::string& wardName, int number);

    ChartWriter& charts_;
    fhir::Instant today_;
};

}  // namespace adapters::simulator
