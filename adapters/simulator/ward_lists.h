#pragma once

#include <string>

#include "adapters/simulator/chart.h"

namespace adapters::simulator {

/// Adds what else than encounters can show who is on a ward: a patient list, a group, today's
/// appointments. Also adds the staff and the questionnaire.
class WardLists {
public:
    WardLists(ChartWriter& charts, fhir::Instant today) : charts_(charts), today_(today) {}

    void addStaff(fhir::Instant opened);
    /// Adds the questionnaire that asks what matters, with one free text; patients' answers name
    /// its url.
    void addQuestionnaire(fhir::Instant opened);
    /// Adds the List, the Group and the appointments of a ward's patients, patient-`first` to
    /// patient-`last`.
    void addWard(const std::string& id, const std::string& name, int first, int last);

    /// `identifier` of a ward's List, "system|value".
    static std::string listIdentifier(const std::string& wardId);

private:
    void addAppointment(const std::string& wardId, const std::string& wardName, int number);

    ChartWriter& charts_;
    fhir::Instant today_;
};

}  // namespace adapters::simulator
