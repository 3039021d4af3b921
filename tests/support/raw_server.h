#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/certificate.h"

struct ssl_st;
struct ssl_ctx_st;

namespace test {

/// One connection as the server of a test sees it: bytes in and out, in plain or over TLS.
/// Nothing throws: a peer that is gone shows in what is returned.
class Connection {
public:
    Connection(int descriptor, ssl_ctx_st* tls);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The next request with its body (by Content-Length); "" if the peer closed before.
    std::string readRequest();
    /// False if the peer is gone.
    bool send(const std::string& bytes);
    /// Sends `bytes` over and over, one byte at a time with a `pause` between them, until the peer
    /// is gone. Returns how many were sent.
    std::size_t drip(const std::string& bytes, std::chrono::milliseconds pause);
    /// The same without a pause, in blocks.
    std::size_t flood(const std::string& block);
    /// Waits until the peer closes.
    void waitUntilClosed();
    /// Ends the connection with a reset instead of an orderly close.
    void reset();

    /// The common name in the certificate that the peer showed; "" if it showed none.
    std::string peerName() const;

    /// Wakes what waits in this connection; called from another thread.
    void interrupt();

private:
    friend class RawServer;
    long receive(char* buffer, std::size_t size);
    bool gone(std::chrono::milliseconds wait);

    int descriptor_;
    ssl_st* ssl_ = nullptr;
    bool failed_ = false;
    std::string pending_;
};

/// A server whose every connection runs a script in a thread of its own, numbered from 0 in the
/// order in which they came. Listens on a free port of 127.0.0.1; joins every thread at its end.
class RawServer {
public:
    using Script = std::function<void(Connection&, std::size_t number)>;
    /// `client`: the one certificate that a peer must show (mutual TLS).
    explicit RawServer(Script script, const Certificate* certificate = nullptr,
                       const Certificate* client = nullptr);
    ~RawServer();
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    /// "http://127.0.0.1:41234" or "https://…", with another host if one is given.
    std::string url(const std::string& host = "127.0.0.1") const;
    std::size_t connections() const noexcept { return accepted_; }

private:
    void accept();
    void serve(int descriptor, std::size_t number);

    Script script_;
    std::shared_ptr<ssl_ctx_st> tls_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<std::size_t> accepted_{0};
    std::mutex mutex_;
    bool stopping_ = false;
    std::list<Connection*> open_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

/// An answer with its Content-Length.
std::string answer(int status, const std::string& body, const std::string& headers = {});

/// A port of 127.0.0.1 on which nothing listens.
std::uint16_t closedPort();

}  // namespace test
