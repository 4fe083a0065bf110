"""What a site says about itself: ways out, trials, broken forms, browsers."""

from parsers.rules.rule import Rule, pattern, words

NOTICES = (
    Rule(
        "exit_notice.leave_site",
        "exit_notice",
        pattern(
            r"\b(?:quick(?:ly)? (?:exit|escape|leave)|(?:exit|leave|escape|close|"
            r"hide) this (?:web)?(?:site|page)(?: now| quickly)?"
            r"(?=$|[.!:]| (?:by |using |press|quick|now|leave|exit))|exit site|(?:press|pressing|"
            r"tap) (?:the )?esc(?:ape)?\b)"
        ),
        words("exit leave escape esc hide close"),
        "Quickly exit this site by pressing the Escape key Leave this site",
        "He told the hearing he could not leave this site of so much grief.",
        longest=200,
    ),
    Rule(
        "site_notice.trial",
        "site_notice",
        pattern(
            r"\bthis (?:is (?:a|our) (?:new )?beta|(?:site|website|page|service) is (?:a|in|our|"
            r"currently in|still in) (?:new |public )?"
            r"(?:beta|trial|work in progress))\b|\b(?:beta|new) (?:site|website|"
            r"service)\b.*\byour feedback\b"
            r"|\byour feedback (?:helps|will help) us\b|\bhelp us improve (?:this|our) (?:site|"
            r"website|page)\b"
        ),
        words("beta trial work feedback improve"),
        "This site is a beta: your feedback helps us make things better.",
        "The unit is a trial that the force wants to extend to three more towns.",
    ),
    Rule(
        "site_notice.form_state",
        "site_notice",
        pattern(
            r"^(?:(?:we(?:'re| are) )?sorry,? )?(?:(?:there (?:was|is|has been|seems? to (?:be|"
            r"have been))|we (?:have|had)|we(?:'re| are) (?:having|experiencing)) (?:an?|some) "
            r"(?:technical |unexpected )?(?:problem|error|issues?)|something (?:went|"
            r"has gone) wrong)"
            r"(?: (?:with|processing|saving|loading) (?:your|the|this) [\w ]{2,30})?(?: (?:just|"
            r"right) now| at the moment)?[.!,]?"
            r"(?: please)?(?: (?:try|refresh|check|reload)\b.{0,40})?$"
            r"|^thank(?:s| you) for (?:signing up|subscribing|your feedback|registering|"
            r"your submission)\b.{0,80}$"
            r"|^(?:please )?(?:check your (?:inbox|email)|enter a valid email).{0,80}$"
        ),
        words("sorry problem error issue issues wrong thanks thank check enter"),
        "Sorry, there was a technical problem. Please try again.",
        "There was a problem with the radios, the inspector told the inquest in Leeds last week.",
        longest=160,
    ),
    Rule(
        "site_notice.browser",
        "site_notice",
        pattern(
            r"\b(?:enable|turn on|activate|requires?|without|disabled|need) java ?script\b|"
            r"\bjava ?script (?:is|must be|needs to be|to be|has been|seems to be|required|"
            r"disabled)\b"
            r"|\b(?:your|this|unsupported|outdated) (?:web )?browser (?:is|does|may|version|do)\b|"
            r"\b(?:upgrade|update) your browser\b"
            r"|\bad ?-?block(?:er|ing)?\b.{0,80}\b(?:disable|turn off|whitelist|detected|pause|"
            r"allow)\b|\b(?:disable|turn off|pause) your ad ?-?block"
        ),
        words("javascript browser adblock adblocker adblocking ad blocker script"),
        "Please enable JavaScript in your browser to see this page properly.",
        "He deleted the history of the browser before he handed in the laptop.",
        longest=300,
    ),
    Rule(
        "site_notice.placeholder",
        "site_notice",
        pattern(r"\blorem ipsum\b"),
        words("lorem"),
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit.",
        "The poster had been printed with dummy text in Latin, the inquest heard.",
        longest=2_000,
    ),
    Rule(
        "site_notice.video_player",
        "site_notice",
        pattern(
            r"^(?:this (?:video|audio|content|embed|feature) (?:can ?not|can't|is not|isn't|"
            r"is no longer|file can|could not|is unavailable).{0,80}|"
            r"(?:to )?(?:play|watch|view) this (?:video|content|audio).{0,90}|"
            r"loading(?: (?:comments|more|video|advertisement))?(?:…|\.\.\.)?|"
            r"(?:video|audio|playback) (?:unavailable|not supported|error).{0,60}|"
            r"this article contains (?:content|video) (?:provided by|from) .{0,200}|"
            r"allow [\w ]{2,30} content\??|"
            r"play video(?:\s?(?:un)?mute|\s?\d{1,2}:\d\d|\s?/|\s?full ?screen){1,6})$"
        ),
        words("video audio content embed play watch view loading playback article allow feature"),
        "This video can not be played",
        "This video was shown to the jury on the second day of the trial in Norwich.",
        longest=260,
    ),
)
