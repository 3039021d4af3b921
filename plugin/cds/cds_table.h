#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"

namespace plugin::cds {

/// What became of one card, as the EHR reports it.
struct CardFeedback {
    std::string connection{}, card{};  ///< the card's uuid
    std::string outcome{};             ///< "accepted" | "overridden"
    std::string service{}, kind{};
    std::string reason{};  ///< a code; "" if none was given
    fhir::Instant at{};
};

/// How often cards of one kind were shown on one day.
struct ShownCards {
    std::string connection{}, service{}, kind{};
    std::int64_t day = 0;  ///< days since 1970, UTC
    std::int64_t cards = 0;
};

/// Sums of one kind of card.
struct CardCount {
    std::string connection{}, service{}, kind{};
    std::string outcome{};  ///< "shown" | "accepted" | "overridden"
    std::string reason{};   ///< of an override; "" if none was given
    std::int64_t cards = 0;
};

/// Stores what is remembered about cards, nothing of it by person.
class CdsTable {
public:
    explicit CdsTable(store::Database& database) : database_(database) {}

    /// Marks a stay as asked about. False if any instance has done so before.
    bool quiet(const std::string& stay, fhir::Instant now);
    void addShown(const std::vector<ShownCards>& shown);
    /// Adds reports. Of one card and outcome only the latest counts, because EHRs repeat reports.
    /// Marks `stays` as `quiet` does, in the same transaction.
    void addFeedback(const std::vector<CardFeedback>& feedback,
                     const std::vector<std::string>& stays, fhir::Instant now);
    /// Returns the sums since a moment, ordered by their columns.
    std::vector<CardCount> counts(fhir::Instant since) const;

    /// Remembers a token until it expires. False if it was shown to any instance before.
    bool useToken(const std::string& token, fhir::Instant expires);

    /// Deletes expired tokens, and everything else that is older than `kept`.
    void forget(fhir::Instant now, std::chrono::hours kept);

private:
    store::Database& database_;
};

}  // namespace plugin::cds
