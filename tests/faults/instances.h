#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fhir/http/transport.h"
#include "plugin/store/options.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace faults {

/// Several `whatmatters serve` on one PostgreSQL behind nginx, each at a port of its own that never
/// changes.
class Instances {
public:
    /// `program`: whatmatters. All are started.
    Instances(std::string program, std::size_t count, const plugin::store::PostgreSqlOptions& store,
              const std::string& ehr);

    fhir::Url proxy() const;
    const plugin::store::Options& store() const { return store_; }
    std::size_t count() const { return sites_.size(); }

    void start(std::size_t which);
    bool isRunning(std::size_t which) { return running_.at(which)->isRunning(); }
    /// Ends an instance by a signal. Returns what is wrong with how it ended; "" if nothing is.
    std::string end(std::size_t which, int signal);
    /// The same for an instance that ended by itself, as it does if the database is away at its
    /// start.
    std::string judgeEnd(std::size_t which);

    /// The address of one instance, without the proxy.
    fhir::Url address(std::size_t which) const;
    /// Waits up to a minute until all instances are ready. Returns whether they are.
    bool areReady();
    /// The last lines of each instance's log that report an error.
    std::string complaints() const;

private:
    test::TemporaryFolder folder_;
    std::string program_;
    std::vector<std::uint16_t> ports_;  ///< the proxy's, then one for each instance
    std::vector<std::string> sites_;    ///< their configuration files
    plugin::store::Options store_;
    std::unique_ptr<fhir::http::Transport> transport_ = fhir::http::makeTransport();
    std::unique_ptr<test::Program> nginx_;
    std::vector<std::unique_ptr<test::Program>> running_;
};

}  // namespace faults
