#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "plugin/cli/simulated_ehr.h"
#include "tests/cli/command_line.h"

namespace test {

/// The result of one cell of the matrix.
struct Result {
    bool works = false;
    std::string why;  ///< what was seen; for a cell that does not work, the program's own words
};

/// Every way to list a unit and every way to write, as the configuration names them.
const std::vector<std::string>& worklistSources();
const std::vector<std::string>& writeRoutes();

/// One vendor's made-up EHR and a site that an engineer has set up for it: the values that only a
/// site knows (row, questionnaire, recipients, practice) come from what the EHR says about itself,
/// everything else from the vendor's profile. Everything is done by the verbs of the program.
class Rehearsal {
public:
    explicit Rehearsal(std::string vendor);

    const std::string& vendor() const noexcept { return vendor_; }
    Result check() const;
    /// `check --write` writes its test statement into the EHR, once by the EHR's own record.
    Result checkWrite() const;
    /// A unit that nobody lists: nothing is pulled, and `check` says so.
    Result launchOnly() const;
    /// The unit is listed whole by this source, and nobody else is on it.
    Result list(const std::string& source) const;
    /// A statement is written by this route only, once by the EHR's own record.
    Result write(const std::string& route);
    /// A flag about the team is written by the vendor's own ladder: into the EHR, once by its own
    /// record, or kept here.
    Result flag();
    /// What was written last through the vendor's own ladder comes back as what matters.
    Result readBack();
    /// A statement that was written through the vendor's own ladder is marked as entered in error
    /// in its place, and is no longer what matters.
    Result withdraw();
    /// The best list is as long in pages of five as in the vendor's own.
    Result paging() const;
    /// The best list is whole even if the EHR says now and then that it is too busy.
    Result listDespiteThrottling() const;
    /// The best list is whole even if the token that it began with is revoked on the way.
    Result listDespiteExpiry() const;

private:
    std::string unitOf(const std::string& source) const;
    /// Its configuration: one unit, listed by `source` (none if that is empty); `more` are members
    /// of the connection, each with a comma before it.
    std::string site(const std::string& base, const std::string& source,
                     const std::string& more) const;
    Outcome run(const std::string& base, const std::string& source, std::vector<std::string> words,
                const std::string& more = {}) const;
    std::vector<std::string> push(const std::string& patient, const std::string& text) const;
    Result listed(const Outcome& outcome) const;
    Result listFrom(const plugin::cli::SimulatedEhr& ehr) const;
    /// The first source that lists the unit; "" if none does.
    const std::string& bestSource() const;

    std::string vendor_;
    TemporaryFolder secrets_;  // the site's: a key, a secret
    std::string auth_;         // `auth` of its connection, as JSON
    std::unique_ptr<plugin::cli::SimulatedEhr> ehr_;
    adapters::simulator::WardSummary ward_;
    mutable std::string best_;
    mutable bool isBestKnown_ = false;
    mutable std::map<std::string, std::string> encounters_;  // of patients that a list has shown
};

}  // namespace test
