#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "adapters/profile/profile.h"
#include "fhir/client/client.h"
#include "fhir/r4/encounter.h"

namespace adapters {

/// A unit and every Location below it.
class Places {
public:
    /// If the profile says that beds are Locations, reads the unit and up to four levels and 500
    /// Locations below it; else the unit is the only place, and is not read. Throws Error{NotFound}
    /// if the unit is read and does not exist: an empty ward would look like good news.
    static Places read(const fhir::Client& client, const Profile& profile,
                       const std::string& unitId, std::vector<fhir::Issue>& problems);

    std::vector<std::string> ids() const;
    /// The place in the unit where a stay is at `now`; nullptr if none of its places there is
    /// current. Of several (ward, room and bed of one stay) the innermost, then that of the inner
    /// level, then the best of `Encounter::placesAt`. `levels`: outermost first.
    const fhir::Encounter::Location* current(std::span<const fhir::Encounter> levels,
                                             const fhir::ServerAddress& server,
                                             fhir::Instant now) const;
    /// Whether that is a place of the unit.
    bool has(const fhir::Reference& place, const fhir::ServerAddress& server) const;
    /// The place's name; "" if it is not known.
    std::string name(const std::string& id) const;
    /// Sets the name of a place that has none, from an included Location: for servers whose
    /// hierarchy cannot be read.
    void learnName(const std::string& id, const std::string& name);

private:
    struct Place {
        std::string name;
        int depth = 0;  ///< 0: the unit itself
    };
    std::vector<std::string> addBelow(const fhir::Client& client, const Profile& profile,
                                      const std::vector<std::string>& parents, int depth,
                                      std::vector<fhir::Issue>& problems);
    std::map<std::string, Place> places_;
    bool tooMany_ = false;
};

}  // namespace adapters
