#!/usr/bin/perl
# A skill pack in Perl, with mosquitto's tools: perl dice.pl HOST PORT
use strict;
use warnings;
use JSON::PP;

my @broker = ("-h", $ARGV[0], "-p", $ARGV[1]);
open(my $asked, "-|", "mosquitto_sub", @broker, "-t", "hermes/intent/dice") or die;
while (my $line = <$asked>) {
    my $request = decode_json($line);
    my %slot = map { $_->{slotName} => $_->{value}{value} } @{ $request->{slots} };
    my $count = $slot{count} // 1;
    my $rolled = join " and ", map { 1 + int rand 6 } 1 .. $count;
    my %answer = (sessionId => $request->{sessionId}, text => "You rolled $rolled.");
    %answer = (%answer, text => "I have six dice.", declined => JSON::PP::true) if $count > 6;
    open(my $told, "|-", "mosquitto_pub", @broker, "-t", "hermes/dialogueManager/endSession", "-s") or die;
    print $told encode_json(\%answer);
    close $told;
}
