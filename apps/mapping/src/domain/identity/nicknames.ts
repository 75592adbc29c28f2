/** First names that stand for one another; the first of each line is the whole name. A short form may stand in several. */
export const nicknameGroups: readonly (readonly string[])[] = `
abigail abby gail
alexander alex al sandy xander sasha
alexandra alex sandra lexi sasha
albert al bert
alfred al fred alfie
amanda mandy
andrew andy drew
angela angie
anthony tony
antonio tony toni
barbara barb barbie babs
benjamin ben benny
bernard bernie
bradley brad
carolyn carol carrie
catherine cathy kate katie kathy cate
charles charlie chuck chas
christina chris tina christy
christine chris tina christy
christopher chris kit topher
cynthia cindy
daniel dan danny
david dave davey
deborah deb debbie debra
dennis denny
donald don donnie
dorothy dot dottie
douglas doug
edward ed eddie ted teddy ned
eleanor ellie nora nell
elizabeth liz beth betty lizzie eliza libby betsy
eugene gene
florence flo
frances fran frannie
francis frank fran
francisco paco frank pancho
frederick fred freddie rick
gabriel gabe
gerald gerry jerry
gregory greg
guadalupe lupe
harold harry hal
henry hank harry
isabella bella izzy
jacob jake
jacqueline jackie
james jim jimmy jamie
janet jan
jeffrey jeff
jennifer jen jenny
jessica jess jessie
john jack johnny jon
jonathan jon johnny
jose pepe
joseph joe joey
joshua josh
judith judy
katherine kathy kate katie kat kathryn
kathleen kathy kate katie
kenneth ken kenny
kimberly kim
lawrence larry
leonard leo lenny len
louis lou louie
luis lucho
manuel manny
margaret maggie meg peggy marge margie greta
martin marty
matthew matt
megan meg
melissa mel missy
michael mike mick mickey
michelle shelly
mitchell mitch
nancy nan
natalie nat
nathaniel nate nathan nat
nicholas nick nicky
nicole nikki nicky
oliver ollie
pamela pam
patricia pat patty trish tricia
patrick pat paddy
peter pete
philip phil
rachel rae
randall randy
raymond ray
rebecca becky becca
richard rick dick rich ricky richie
robert bob rob bobby robbie bert
roberto beto
ronald ron ronnie
rosemary rose rosie
russell russ
samantha sam
samuel sam sammy
sandra sandy
sarah sally sadie
sharon sherry
stanley stan
stephanie steph
stephen steve stevie
steven steve stevie
stuart stu
susan sue susie suzy
suzanne sue susie
teresa terry tess
terrence terry
theodore ted teddy theo
theresa terry tess
thomas tom tommy
timothy tim timmy
valerie val
vanessa nessa
victor vic
victoria vicky tori
vincent vince vinny
virginia ginny
walter walt wally
william bill will billy willie liam
zachary zach zack
`
  .trim()
  .split('\n')
  .map((line) => line.split(' '));
