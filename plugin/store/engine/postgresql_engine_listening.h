#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "fhir/base/secret.h"
#include "plugin/store/engine/engine.h"

namespace plugin::store {

/// Listens by a connection of its own, with a thread of its own, which connects again when the
/// server is back. https://www.postgresql.org/docs/current/libpq-notify.html
class PostgreSqlListening final : public Listening {
public:
    PostgreSqlListening(fhir::Secret connection, std::function<void(const std::string&)> heard);
    ~PostgreSqlListening() override;

private:
    void run(const std::stop_token& stop);
    void listen(const std::stop_token& stop);

    const fhir::Secret connection_;
    const std::function<void(const std::string&)> heard_;
    int wake_ = -1;  ///< an eventfd: written to end the thread
    std::jthread thread_;
};

}  // namespace plugin::store
