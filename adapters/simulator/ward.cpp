#include "adapters/simulator/ward.h"

#include <algorithm>

#include "adapters/simulator/chance.h"
#include "adapters/simulator/chart.h"
#include "adapters/simulator/people.h"
#include "adapters/simulator/ward_lists.h"

namespace adapters::simulator {
namespace {

using fhir::json::Writer;

constexpr int kPatientsPerWardMax = 40;
constexpr int kFirstWard = 7;
constexpr int kBedsPerRoom = 4;
constexpr int kEmptyBeds = 2;
constexpr int kOpenedDaysAgo = 2000;

class Hospital {
public:
    Hospital(Store& store, const Behaviour& behaviour, const Catalogue& catalogue,
             std::uint64_t seed, fhir::Instant today)
        : chance_(seed),
          opened_(today - std::chrono::hours(24 * kOpenedDaysAgo)),
          charts_(store, behaviour, catalogue, chance_, today),
          lists_(charts_, today) {}

    WardSummary fill(int patients) {
        addOrganization("hospital", "Made-up Hospital", "");
        addLocation("hospital", "Made-up Hospital", "", "bu");
        addLocation("emergency", "Emergency", "hospital", "wa");
        addLocation("recovery", "Recovery", "hospital", "wa");
        lists_.addStaff(opened_);
        lists_.addQuestionnaire(opened_);
        int ward = kFirstWard;
        for (int left = patients; left > 0; left -= kPatientsPerWardMax)
            addWard(ward++, std::min(left, kPatientsPerWardMax));
        const auto id = "ward-" + std::to_string(kFirstWard);
        const auto name = "Ward " + std::to_string(kFirstWard);
        WardSummary summary{.unitId = id,
                            .unitName = name,
                            .location = charts_.reference("Location", id),
                            .teamId = id,
                            .teamName = name + " team",
                            .teamSubject = charts_.reference("Organization", id + "-team"),
                            .list = WardLists::listIdentifier(id),
                            .group = charts_.reference("Group", id + "-patients"),
                            .practitioner = charts_.reference("Practitioner", "practitioner-1"),
                            .alwaysName = {},
                            .alwaysValue = {},
                            .row = {},
                            .patients = {}};
        for (int number = 1; number <= std::min(patients, kPatientsPerWardMax); ++number)
            summary.patients.push_back(
                charts_.reference("Patient", "patient-" + std::to_string(number)));
        return summary;
    }

private:
    void addWard(int ward, int patients) {
        const auto id = "ward-" + std::to_string(ward);
        const auto name = "Ward " + std::to_string(ward);
        addOrganization(id + "-team", name + " team", "hospital");
        addLocation(id, name, "hospital", "wa");
        auto beds = addBeds(id, patients + kEmptyBeds);
        chance_.shuffle(beds);
        const Place emergency{"emergency", "Emergency"};
        const int first = patients_ + 1;
        for (int i = 0; i < patients; ++i) {
            const bool isKnown = ward == kFirstWard && i < static_cast<int>(people().ward.size());
            const auto person = isKnown ? people().ward[static_cast<std::size_t>(i)] : somebody();
            charts_.addPerson(++patients_, person, beds[static_cast<std::size_t>(i)], emergency);
        }
        lists_.addWard(id, name, first, patients_);
        if (ward == kFirstWard) addElsewhere(beds.back());
    }

    /// Those whose charts name the ward's last bed, and who are not there.
    void addElsewhere(const Place& bed) {
        int number = 9000;  // above every patient of the wards
        const Place recovery{"recovery", "Recovery"};
        for (const auto& person : people().elsewhere)
            charts_.addPerson(++number, person, person.movedDays ? recovery : bed, bed);
    }

    std::vector<Place> addBeds(const std::string& ward, int count) {
        std::vector<Place> beds;
        std::string room;
        for (int i = 0; i < count; ++i) {
            if (i % kBedsPerRoom == 0) {
                const auto number = std::to_string(i / kBedsPerRoom + 1);
                room = ward + "-room-" + number;
                addLocation(room, "Room " + number, ward, "ro");
            }
            const auto number = std::to_string(i + 1);
            beds.push_back({ward + "-bed-" + number, "Bed " + number});
            addLocation(beds.back().id, beds.back().name, room, "bd");
        }
        return beds;
    }

    /// One more person, in one of several states, with words of someone of the same language.
    Person somebody() {
        const auto& names = chance_.oneOf(people().names);
        Person person;
        const auto& given = chance_.oneOf(names.given);
        const auto& family = chance_.oneOf(names.family);
        person.given = {given};
        person.family = family;
        if (names.familyFirst) person.text = family + names.between + given;
        person.gender = chance_.oneOf(std::vector<std::string>{"female", "male", "unknown"});
        person.language = names.language;
        person.age = chance_.between(18, 99);
        person.stayDays = chance_.between(1, 14);
        person.status = "in-progress";
        const int state = chance_.between(1, 10);
        if (state == 1) return person;  // nobody asked yet
        if (state == 2) {
            Saying declined;
            declined.aspect = "now";
            declined.absent = "asked-declined";
            declined.method = "in person";
            declined.days = 1;
            person.said = {declined};
            return person;
        }
        const auto& all = people().ward;
        const auto speaker = std::find_if(all.begin(), all.end(), [&](const Person& one) {
            return one.language == person.language;
        });
        for (const auto& saying : speaker->said) {
            const bool isTheirs = !saying.by && saying.absent.empty() && !saying.retracted;
            if (!isTheirs) continue;
            person.said.push_back(saying);
            person.said.back().others.clear();
            person.said.back().hour.reset();
            person.said.back().days = state == 3 ? person.stayDays + chance_.between(3, 200)
                                                 : chance_.between(1, person.stayDays);
        }
        return person;
    }

    void addOrganization(const std::string& id, const std::string& name,
                         const std::string& partOf) {
        Writer writer;
        writer.beginObject()
            .member("resourceType", "Organization")
            .member("active", true)
            .member("name", name);
        writePartOf(writer, "Organization/", partOf);
        charts_.add("Organization", id, writer.endObject().take(), opened_);
    }

    void addLocation(const std::string& id, const std::string& name, const std::string& partOf,
                     const char* physicalType) {
        Writer writer;
        writer.beginObject()
            .member("resourceType", "Location")
            .member("status", "active")
            .member("name", name)
            .member("mode", "instance");
        writer.key("physicalType").beginObject().key("coding").beginArray().beginObject();
        writer.member("system", "http://terminology.hl7.org/CodeSystem/location-physical-type")
            .member("code", physicalType);
        writer.endObject().endArray().endObject();
        writePartOf(writer, "Location/", partOf);
        charts_.add("Location", id, writer.endObject().take(), opened_);
    }

    static void writePartOf(Writer& writer, const char* type, const std::string& id) {
        if (id.empty()) return;
        writer.key("partOf").beginObject().member("reference", type + id).endObject();
    }

    Chance chance_;
    fhir::Instant opened_;
    ChartWriter charts_;
    WardLists lists_;
    int patients_ = 0;
};

}  // namespace

WardSummary fillWard(Store& store, const Behaviour& behaviour, const Catalogue& catalogue,
                     int patients, std::uint64_t seed, fhir::Instant now) {
    Hospital hospital(store, behaviour, catalogue, seed,
                      std::chrono::floor<std::chrono::days>(now));
    auto summary = hospital.fill(patients);
    summary.row = behaviour.row;
    if (catalogue.find("QuestionnaireResponse") != nullptr)
        summary.questionnaire = "https://hospital.example/fhir/Questionnaire/what-matters";
    summary.alwaysName = behaviour.always.first;
    summary.alwaysValue = behaviour.always.second;
    return summary;
}

}  // namespace adapters::simulator
