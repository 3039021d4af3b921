#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#ifdef __SANITIZE_ADDRESS__
/// Poco 1.11 leaks a connection that the server refused; plugin/store/engine/postgresql_engine.cpp
/// says what we do about it.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:Poco::Data::PostgreSQL::SessionHandle::connect\n";
}
#endif

#ifdef __SANITIZE_THREAD__
/// libstdc++.so counts the holders of an exception, and libPocoNet those of a socket, by atomics
/// that the sanitizer does not see: who frees it seems to race with who last looked at it.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
    return "race:std::__exception_ptr::exception_ptr::_M_release\n"
           "race:^Poco::Net::Socket::close\n"
           "race:^Poco::Net::SocketImpl::sockfd\n";
}
#endif
