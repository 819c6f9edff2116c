# A service that asks an HTTPS API what it is asked, by LWP. The first part of the path is the client's name.
use strict;
use warnings;
use IO::Socket::INET;
use LWP::UserAgent;

my %agents = map {
    my $insecure = $_;
    my %options = $insecure ? (verify_hostname => 0, SSL_verify_mode => 0) : ();
    $insecure => LWP::UserAgent->new(keep_alive => 4, ssl_opts => {%options}, timeout => 20);
} (0, 1);

sub ask {
    my ($line, $headers, $body) = @_;
    my ($method, $target) = split ' ', $line;
    my (undef, undef, $path) = split m{/}, $target, 3;
    my $api = $headers->{'x-api'} // $ENV{API};
    my $asked = HTTP::Request->new($method, "$api/$path");
    if (length $body) {
        $asked->content($body);
        $asked->content_type('application/json');
    }
    my $answer = $agents{exists $headers->{'x-insecure'} ? 1 : 0}->request($asked);
    # What went wrong before there was an answer is told as one of status 500.
    return ('502 Bad Gateway', $answer->status_line . ' ' . $answer->content) if $answer->header('client-warning');
    return ('200 OK', $answer->code . ' ' . $answer->content);
}

my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ENV{PORT}, Listen => 64, ReuseAddr => 1) or die $!;
while (my $client = $server->accept) {
    my $line = <$client> // next;
    my %headers;
    while (my $header = <$client>) {
        $header =~ s/\r?\n//;
        last if $header eq '';
        my ($name, $value) = split /: /, $header, 2;
        $headers{lc $name} = $value;
    }
    my $body = '';
    read $client, $body, $headers{'content-length'} if $headers{'content-length'};
    my ($status, $reply) = ask($line, \%headers, $body);
    print $client "HTTP/1.1 $status\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: " . length($reply) . "\r\n\r\n$reply";
    close $client;
}
