#pragma once

#include <Poco/Net/HTTPServer.h>
#include <Poco/ThreadPool.h>

#include <cstdint>
#include <string_view>

namespace faults {

/// What the product is not: Poco's own server, which leaves the trailers of a chunked body for the
/// next request on its connection. It answers what an honest caller of the service asks for, and
/// anything else slowly, as one that asks an EHR would, so that its answer is late for the caller
/// whose request comes next. By it the attack through the proxies is seen to find what it is for.
class LaxServer {
public:
    LaxServer();
    ~LaxServer();
    LaxServer(const LaxServer&) = delete;
    LaxServer& operator=(const LaxServer&) = delete;

    std::uint16_t port() const { return server_.port(); }
    /// The answer to what no honest caller asks for.
    static constexpr std::string_view kSmuggled = R"({"to":"a stranger"})";

private:
    Poco::ThreadPool threads_{2, 128};  // each connection that is kept open holds one
    Poco::Net::HTTPServer server_;
};

}  // namespace faults
