"""Words that hold sentences together and name nothing, in the languages that most texts are written in.

Short lists on purpose: what is in most texts of a project anyway is found by counting (see regions_names).
"""

_ENGLISH = """
a able about above according across after again against all almost along already also although always am among an and
another any anyone anything are aren around as at away back be became because become been before behind being below
between both but by came can cannot certain come could couldn did didn do does doesn doing don done down due during
each either else especially etc even ever every everyone everything few following for from further get gets getting
give given go goes going gone got had hadn has hasn have haven having he her here hers herself him himself his how
however i ie if in including instead into is isn it its itself just kind know last later least less let like likely ll
look lot made make makes making many may maybe me might more most mostly much must my myself need never no nor not
nothing now of off often on once one ones only onto or other others otherwise our ours out over own per perhaps put
quite rather re really relating said same say says see seem seems several shall she should shouldn since so some
someone something somewhat still such take taken than that the their theirs them themselves then there these they
thing things this those though through thus to together too toward towards tried try two type under unless until up
upon us use used uses using usually various ve very via want wanted wants was wasn way we well went were weren what
when where whether which while who whole whom whose why will with within without won would wouldn yes yet you your
yours yourself
"""
_GERMAN = """
ab aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da dabei dafür
damit dann das dass dein deine dem den denn der deren des dessen die dies diese diesem diesen dieser dieses doch dort
du durch ein eine einem einen einer eines er es etwas euch für gegen gibt ganz habe haben hat hatte hatten hier hin
hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jedem jeden jeder jedes jetzt kann
kein keine keinem keinen keiner können könnte leider machen man mehr mein meine mit muss müssen nach nicht nichts noch
nun nur ob oder ohne schon sehr sein seine seinem seinen seiner seit selbst sich sie sind so sogar soll sollte sondern
über um und uns unser unsere unter viel viele vom von vor war waren warum was weil weiter wenn wer werden wie wieder
will wir wird wo wurde wurden zu zum zur zwar zwischen bzw etwa einfach gut wäre würde hätte wirklich mal
"""
_FRENCH = """
ai ainsi alors au aucun aucune aussi autre autres aux avait avant avec avoir ont bien car ce cela celle celui ces cet
cette ceux chaque chez comme comment contre dans de déjà depuis des deux donc dont du elle elles en encore entre est
et étaient était été être eu fait faire fois font hors ici il ils je jusqu la là le les leur leurs lors lorsque lui ma
mais me même mes moi moins mon ne ni non nos notre nous on or ou où par parce pas pendant peu peut peuvent plus
plusieurs pour pourquoi près puis qu quand que quel quelle quelles quels qui sa sans se sera ses si sien son sont sous
sur ta tel telle tes toi ton tous tout toute toutes très trop tu un une va vers voici voilà vos votre vous ça c'est
suis
"""
_SPANISH = """
al algo algunas algunos ante antes aquel aquella así aun aunque bien cada casi como con contra cual cuando de del
desde donde dos durante e el ella ellas ellos en entre era eran es esa esas ese eso esos esta está estaba están estas
este esto estos fue fueron ha había han hasta hay la las le les lo los más me mi mientras mis mucho muchos muy nada ni
no nos nosotros o os otra otras otro otros para pero poco por porque puede pueden pues que qué quien se sea según ser
si sí sido sin sobre solo sólo son su sus también tan tanto te tiene tienen todo toda todos todas tu un una unas uno
unos y ya yo
"""
_ITALIAN = """
ad ai al alla alle allo altre altri altro anche ancora avere aveva c che chi ci come con contro cosa cui da dagli dai
dal dalla dalle dei del dell della delle dello di dopo dove due e ed era erano essere fa fare fino fra gli ha hanno ho
il in invece io la le lei li lo loro lui ma mai mi mio molto molti nei nel nell nella nelle negli noi non nostro o
ogni oltre per perché però più poi poco prima proprio può qual quale quando quanto quel quella quelle quelli quello
questa queste questi questo qui se sei senza si sia siamo sono sopra sotto stata stati stato sua sue sui sul sulla
sulle suo suoi tra tutta tutte tutti tutto un una uno vi
"""
_DUTCH = """
aan al alle als bij dan dat de deze die dit door een en er geen had heb hebben heeft het hij hoe ik in is je kan maar
meer met mijn naar niet nog nu of om omdat ook op over te tot uit van veel voor waar wat we wel werd wie wij wordt zal
ze zich zij zijn zo
"""
_PORTUGUESE = """
ao aos as até com como da das dela dele do dos ela ele eles em entre essa esse esta este eu foi foram já mais mas me
mesmo meu minha muito na nas nem no nos não nós o os ou para pela pelo pelos por porque quando que quem se sem ser seu
seus sua suas são só também tem ter um uma uns você à às é está
"""
_RUSSIAN = """
а без бы был была были было быть в вам вас во вот все всё вы где да для до его ее её если есть еще ещё же за и из или
им их к как когда кто ли меня мне мы на над не нет ни но о об он она они оно от очень по под при с со так также там то
только тот у уже что чтобы эта эти это этот я
"""
_CHINESE = "的 了 是 在 和 也 就 都 而 及 与 与 着 吗 呢 吧 被 把 这 那 们 个 很 我 你 他 她 它 不 有 为 之 以 等 对 从"
# They name something only together with another word: New York, first aid, blood red.
_WEAK = """
bad best better big bigger certain common current different early entire far few final find first five following form
found four full general good great group high higher important involving item kind large larger largest late later left
little long longer low lower main major member minor modern name named new next nice number old original part
particular piece place plus possible quality real recent related right second set short similar simple single six small
smaller special specific state status style ten third three total true typical typically usual usually whole wide work
gross große großen großer großes klein kleine kleinen kleiner kleines neu neue neuen neuer neues gute guten guter gutes
grand grande grands grandes petit petite petits petites nouveau nouvelle nouveaux nouvelles bon bonne bonnes bons
grandes nuevo nueva nuevos nuevas pequeño pequeña buen bueno buena mejor nuovo nuova nuovi nuove piccolo piccola buono
"""
_OF_FILES = """
amp bmp com csv doc docx gif gt htm html http https image img jpeg jpg json lt mp nbsp org pdf php png quot svg tif
tiff txt url webp www xml dsc
"""

STOP_WORDS = frozenset(
    " ".join(
        (_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _ITALIAN, _DUTCH, _PORTUGUESE, _RUSSIAN, _CHINESE, _OF_FILES)
    ).split()
)
WEAK_WORDS = frozenset(_WEAK.split())
