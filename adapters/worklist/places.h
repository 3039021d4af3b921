#pragma once

#include <map>
#include <string>
#include <vector>

#include "adapters/profile/profile.h"
#include "fhir/client/client.h"
#include "fhir/r4/encounter.h"

namespace adapters {

/// A unit and every Location below it.
class Places {
public:
    /// Reads the unit and, where the profile says that beds are Locations, up to four levels and
    /// 500 Locations below it. Throws Error{NotFound} where there is no such unit: an empty ward
    /// would look like good news.
    static Places read(const fhir::Client& client, const Profile& profile,
                       const std::string& unitId, std::vector<fhir::Issue>& problems);

    std::vector<std::string> ids() const;
    /// Names the place in the unit where this encounter is now, nullptr where it is elsewhere.
    /// Of several active places, as ward, room and bed of one stay, the innermost.
    const fhir::Encounter::Location* current(const fhir::Encounter& encounter,
                                             const fhir::Url& base) const;
    /// The place's name as the hierarchy has it; "" where it is not known.
    std::string name(const std::string& id) const;
    /// What an included Location says, for servers whose hierarchy cannot be read.
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
